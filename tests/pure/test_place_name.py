import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.place_name import china_code, plain


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Guangdong", "GD"),
        ("guangdong sheng", "GD"),
        ("Beijing Shi", "BJ"),
        ("Inner Mongolia", "NM"),
        ("Nei Mongol Zizhiqu", "NM"),
        ("Inner Mongolia Autonomous Region", "NM"),
        ("Xinjiang Uygur Zizhiqu", "XJ"),
        ("Guangxi Zhuangzu Zizhiqu", "GX"),
        ("Ningxia Hui Autonomous Region", "NX"),
        ("Tibet", "XZ"),
        ("Shaanxi", "SN"),
        ("Shanxi", "SX"),
        ("Hong Kong", "HK"),
    ],
)
def test_a_province_has_one_code_under_all_its_names(name, code):
    assert china_code(name) == code


@given(st.text())
def test_other_names_have_none_and_no_name_fails(name):
    assert china_code(f"{name} somewhere else") is None
    assert plain(plain(name)) == plain(name)
