"""A server process is ready for its first scan."""

import pytest
from flask import Flask
from jinja2 import Environment

from world import Sold
from yipin.web.serving.warm import compile_scan_page


def test_the_first_scan_after_a_start_compiles_no_template(
    app: Flask, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.jinja_env.bytecode_cache = None  # with which the tests save themselves the compiling
    compile_scan_page(app)
    compiled: list[object] = []
    real = Environment.compile

    def noted(env: Environment, source: str, name: str, *more: object) -> object:
        compiled.append(name)
        return real(env, source, name, *more)

    monkeypatch.setattr(Environment, "compile", noted)
    assert app.test_client().get(f"/{sold.digits[0]}").status_code == 200
    assert compiled == []
