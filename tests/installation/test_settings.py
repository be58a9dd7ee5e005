"""Settings: what is unknown or unusable stops the start, with the name of the thing to mend."""

from pathlib import Path

import pytest

from yipin.errors import Unavailable
from yipin.installation.settings import Settings


def load(folder: Path, toml: str = "", **env: str) -> Settings:
    if toml:
        (folder / "yipin.toml").write_text(toml, "utf-8")
    return Settings.load(folder, env)


def test_a_bare_directory_has_settings_that_work(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'yipin.db'}"
    assert settings.base_url == "http://127.0.0.1:8000/"
    assert settings.host == "127.0.0.1:8000"
    assert (settings.keys, settings.labels) == (tmp_path / "keys", tmp_path / "labels")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, 'base_url = "https://t.a.cn/"\nproxies = 1', YIPIN_BASE_URL="https://t.b.cn/")
    assert (settings.base_url, settings.proxies) == ("https://t.b.cn/", 1)


def test_the_data_directory_can_come_from_the_environment(tmp_path: Path) -> None:
    assert Settings.load(env={"YIPIN_DATA": str(tmp_path)}).data == tmp_path


def test_an_unknown_setting_in_the_file_is_named_with_the_ones_there_are(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="不认识的项 base_ulr；可用的项：database_url base_url"):
        load(tmp_path, 'base_ulr = "https://t.a.cn/"')


def test_an_unknown_environment_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="YIPIN_BASEURL 不认识.*YIPIN_BASE_URL"):
        load(tmp_path, YIPIN_BASEURL="https://t.a.cn/")
    load(tmp_path, OTHER_BASEURL="https://t.a.cn/")  # other programs' variables are not ours


@pytest.mark.parametrize("toml", ["base_url = ", "base_url", "\ufeff= 1"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, toml: str) -> None:
    with pytest.raises(Unavailable, match="yipin.toml 读不懂"):
        load(tmp_path, toml)


def test_a_file_that_is_no_text_or_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "yipin.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unavailable, match="yipin.toml 读不懂"):
        load(tmp_path)
    (tmp_path / "yipin.toml").unlink()
    (tmp_path / "yipin.toml").mkdir()
    with pytest.raises(Unavailable, match="yipin.toml 读不懂"):
        load(tmp_path)


@pytest.mark.parametrize("value", ["six", "6.0", "-1", "六", "６", "9" * 5000])
def test_a_number_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    for name in ("QR_VERSION", "PROXIES"):
        with pytest.raises(Unavailable, match=f"{name.lower()} 应是整数"):
            load(tmp_path, **{f"YIPIN_{name}": value})


def test_a_base_url_too_long_for_version_6_is_refused_unless_7_is_allowed(tmp_path: Path) -> None:
    longest, longer = "https://t.zhuzhou.gov.cn/", "https://id.zhuzhou.gov.cn/"
    assert len(longest) == 25
    assert load(tmp_path, YIPIN_BASE_URL=longest).base_url == longest
    with pytest.raises(Unavailable, match="26 个字符.*版本 7.*qr_version"):
        load(tmp_path, YIPIN_BASE_URL=longer)
    assert load(tmp_path, YIPIN_BASE_URL=longer, YIPIN_QR_VERSION="7").base_url == longer


@pytest.mark.parametrize(
    "address",
    [
        "https://T.zhuzhou.gov.cn/",
        "HTTPS://t.zhuzhou.gov.cn/",
        "https://t.zhuzhou.gov.cn",
        "t.zhuzhou.gov.cn/",
        "ftp://t.zhuzhou.gov.cn/",
        "https://株洲.cn/",
        "https://a@t.cn/",
        "https://t.cn/?q=",
        "https://t.cn/ ",
    ],
)
def test_a_base_url_that_scanners_stumble_over_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(Unavailable, match="小写的 http"):
        load(tmp_path, YIPIN_BASE_URL=address)


def test_a_passphrase_comes_from_the_variable_or_from_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a pear\n", "utf-8")
    assert load(tmp_path).key_passphrase is None
    assert load(tmp_path, YIPIN_KEY_PASSPHRASE="桃").key_passphrase == "桃".encode()
    named = {"YIPIN_KEY_PASSPHRASE_FILE": str(tmp_path / "secret"), "YIPIN_KEY_PASSPHRASE": "other"}
    assert load(tmp_path, **named).key_passphrase == b"a pear"  # without the line's end; the file wins


def test_a_passphrase_file_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="YIPIN_KEY_PASSPHRASE_FILE 指定的文件读不到"):
        load(tmp_path, YIPIN_KEY_PASSPHRASE_FILE=str(tmp_path / "none"))


def test_a_passphrase_is_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    assert "a pear" not in repr(load(tmp_path, YIPIN_KEY_PASSPHRASE="a pear"))
