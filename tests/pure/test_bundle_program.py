"""bin/verify-bundle: what somebody who trusts nobody runs."""

import subprocess
import sys
from pathlib import Path

from bundle_example import make_content

from core import bundle, bundle_text

VERIFY = Path(bundle.__file__).parent.parent / "bin" / "verify-bundle"


def test_both_languages_tell_the_same_with_the_same_values():
    english, chinese = bundle_text.TEXTS["en"], bundle_text.TEXTS["zh"]
    assert english.keys() == chinese.keys()
    for name, text in english.items():
        for other in ("{", "}"):
            assert text.count(other) == chinese[name].count(other), name


def run(*arguments):
    # -I -S: the standard library alone, whatever is installed here
    command = [sys.executable, "-I", "-S", str(VERIFY), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_tells_by_its_exit_code_and_its_words(tmp_path):
    document = bundle.build(make_content())
    file, pdf = tmp_path / "DC7.json", tmp_path / "DC7.pdf"
    pdf.write_bytes(b"%PDF " + document["seal"]["sha256"].encode())
    (tmp_path / "seal.jpg").write_bytes(b"photo")
    data = bundle.to_bytes(bundle.with_pdf(document, pdf.name, pdf.read_bytes()))
    file.write_bytes(data)
    good = run(file, "--pdf", pdf, "--lang", "en")
    assert (good.returncode, good.stderr) == (0, "")
    assert "Everything that was checked holds." in good.stdout

    file.write_bytes(data.replace(b'"minted"', b'"mintee"', 1))
    bad = run(file, "--pdf", pdf, "--lang", "en")
    assert bad.returncode == 1
    assert "unit SN0000, event 1 (mintee)" in bad.stdout
    assert "changed: kind" in bad.stdout

    (tmp_path / "seal.jpg").write_bytes(b"another")
    assert "文件 seal.jpg" in run(file, "--lang", "zh").stdout
    assert run(tmp_path / "missing.json").returncode == 2
