"""Which kind of device a browser says it runs on."""

import pytest

from core.device_model import MOST, read_model

WEB = "AppleWebKit/537.36 (KHTML, like Gecko)"
WECHAT = f"{WEB} Version/4.0 Chrome/107.0 XWEB/5075 MicroMessenger/8.0.33 NetType"


@pytest.mark.parametrize(
    ("comment", "model"),
    [
        ("Linux; Android 12; M2102J2SC Build/SKQ1.211006.001; wv", "M2102J2SC"),
        ("Linux; U; Android 11; zh-cn; Redmi K30 Pro Build/RKQ1.2", "Redmi K30 Pro"),
        ("Linux; Android 12; HarmonyOS; ALN-AL00; HMSCore 6.11.0.302", "ALN-AL00"),
        ("Linux; Android 10; K", "Android"),
        ("Android 13; Mobile; rv:109.0", "Android"),
        ("Phone; OpenHarmony 5.0", "OpenHarmony"),
        ("iPhone; CPU iPhone OS 16_3_1 like Mac OS X", "iPhone"),
        ("iPad; CPU OS 16_3 like Mac OS X", "iPad"),
        ("Windows NT 10.0; Win64; x64", "Windows"),
        ("Macintosh; Intel Mac OS X 10_15_7", "Mac"),
        ("X11; Linux x86_64", "Linux"),
        ("compatible; SomeBot/2.1", ""),
    ],
)
def test_the_model_is_read_from_the_first_comment(comment, model):
    assert read_model(f"Mozilla/5.0 ({comment}) {WECHAT}") == model


def test_an_update_or_another_network_is_the_same_device():
    before = f"Mozilla/5.0 (Linux; Android 12; V2183A Build/SP1A; wv) {WECHAT}/WIFI"
    after = f"Mozilla/5.0 (Linux; Android 13; V2183A Build/TP1A; wv) {WECHAT}/5G"
    assert read_model(before) == read_model(after) == "V2183A"


@pytest.mark.parametrize("text", ["", "(", "curl/8.5.0", "Mozilla/5.0 (Linux; And"])
def test_what_names_no_device_is_no_device(text):
    assert read_model(text) == ""


def test_rubbish_is_read_quickly_and_kept_short():
    assert read_model("(" * 256) == ""
    assert len(read_model(f"Mozilla/5.0 (Linux; Android 9; {'x' * 200})")) == MOST
