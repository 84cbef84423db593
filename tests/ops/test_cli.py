"""The command line: both languages, exit codes, sentences instead of traces."""

import subprocess
import sys
from pathlib import Path

import pytest

import ops.cli
from core.language import choose, current
from ops.cli import COMMANDS, main
from ops.parser import complaint


@pytest.fixture(autouse=True)
def _language_as_before() -> object:
    before = current()
    yield
    choose(before)


def _run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the real program in a process of its own."""
    clean = {"PATH": "/usr/bin:/bin", "LANG": "C", **environment}
    return subprocess.run(
        [sys.executable, "-m", "ops.cli", *words], capture_output=True, text=True, env=clean, check=False, timeout=60
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_explains_itself_in_both_languages(
    command: ops.cli.Command, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--lang", language, command.name, "--help"])
    text = capsys.readouterr().out
    assert end.value.code == 0
    assert text.startswith("用法：" if language == "zh" else "usage:")
    assert ops.cli._module(command).ABOUT.read("zh" if language == "zh" else "en") in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_help_is_left_in_the_other_language(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main(["--lang", language, command.name, "--help"])
    text = capsys.readouterr().out
    chinese = sum("一" <= letter <= "鿿" for letter in text)
    assert chinese == 0 if language == "en" else chinese > 500


def test_without_words_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang=en"]) == 0
    text = capsys.readouterr().out
    assert all(command.name in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("the following arguments are required: folder", "缺少必需的参数：folder"),
        ("unrecognized arguments: --fast", "无法识别的参数：--fast"),
        ("argument --keep: invalid int value: 'x'", "参数 --keep 的值无效：'x'"),
        ("argument --keep: expected one argument", "参数 --keep 需要一个值"),
        ("something argparse has never said", "something argparse has never said"),
    ],
)
def test_complaints_are_translated(message: str, sentence: str) -> None:
    choose("zh")
    assert complaint(message) == sentence


@pytest.mark.parametrize("month", ["202613", "202600", "99", "0", "2026-11", "٢٠٢٦١١"])
@pytest.mark.parametrize(
    "words",
    [("import", "facts", "no.csv", "--month={}"), ("close", "{}", "propose", "--as=sulan"), ("bundle", "{}", "b")],
)
def test_a_month_that_no_calendar_has_is_refused_with_what_would_be_right(
    words: tuple[str, ...], month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (
        ("zh", f"不是月份：{month}；写作 202611"),
        ("en", f"{month} is no month: write it like 202611"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["--lang", language, *(word.format(month) for word in words)])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_wrong_words_end_with_two() -> None:
    done = _run("restore")
    assert done.returncode == 2
    assert "the following arguments are required: folder" in done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SHIFEN_PORT": "eighty"}, "Setting SHIFEN_PORT is wrong"),
        ({"DATABASE_URL": "mysql://a:b@h/d"}, "Setting DATABASE_URL is wrong"),
        (
            {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/d", "REDIS_URL": "redis://127.0.0.1:1"},
            "The database cannot be reached",
        ),
        ({"SHIFEN_DATA": "/dev/null/data"}, "/dev/null"),
        ({"SHIFEN_DATA": "/proc/shifen"}, "/proc/shifen"),
    ],
)
def test_a_bad_set_up_gets_a_sentence_and_three(environment: dict[str, str], sentence: str, tmp_path: Path) -> None:
    done = _run("migrate", **{"SHIFEN_DATA": str(tmp_path), **environment})
    assert done.returncode == 3
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_beyond_this_machine_without_https_is_refused(tmp_path: Path) -> None:
    done = _run("serve", SHIFEN_HOST="0.0.0.0", SHIFEN_DATA=str(tmp_path))  # noqa: S104 - the address that must be refused
    assert done.returncode == 3
    assert "HTTPS" in done.stderr


def test_the_demo_stays_on_this_machine(tmp_path: Path) -> None:
    done = _run("demo", SHIFEN_HOST="0.0.0.0", SHIFEN_DATA=str(tmp_path))  # noqa: S104 - the address that must be refused
    assert done.returncode == 3
    assert "this machine alone" in done.stderr
