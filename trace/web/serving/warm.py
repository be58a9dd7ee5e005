"""What a server process makes ready before its first answer, so that the first scan after a start waits for nothing."""

from flask import Flask
from jinja2 import meta

SCANNED = ("public/answer.html", "public/_pieces.html")


def compile_scan_page(flask: Flask) -> None:
    """Compile the templates of the scan page and all that they refer to: a quarter of a second that a reader would wait."""
    env, wanted, done = flask.jinja_env, list(SCANNED), set[str]()
    while wanted:
        name = wanted.pop()
        if name in done or env.loader is None:
            continue
        done.add(name)
        env.get_template(name)
        source = env.loader.get_source(env, name)[0]
        wanted += [other for other in meta.find_referenced_templates(env.parse(source)) if other]
