"""A producer's data as the zip that the service would make of it."""

import io
from zipfile import ZipFile

from world import World
from yipin.access.actor import Actor
from yipin.errors import Message
from yipin.models import Producer
from yipin.portability.bundle import Bundle
from yipin.web import language, speaking


def said(lang: str, text: str | Message) -> str:
    with speaking.spoken(lang):
        return language.say(text)


def bundle(world: World, who: Actor, lang: str = "zh") -> ZipFile:
    out = io.BytesIO()
    with world.db.read.begin() as session:
        producer = session.get_one(Producer, who.producer_id)
        Bundle(session, who, producer, world.installation, lang, said, lambda done, total: None).write(out)
    return ZipFile(out)
