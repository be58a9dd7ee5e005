"""For producers: the farm's record, written in the field and read by plot and season. On the producer's blueprint."""

import io
from collections.abc import Sequence
from datetime import date

from flask import current_app, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...access.visibility import find
from ...clock import day_of
from ...codes.paper.glyphs import find_font
from ...codes.paper.pdf import in_memory
from ...errors import N_, Invalid, NotFound
from ...farm import book_corrections, clearance, cycle, free_day, record
from ...farm import entries as farm_entries
from ...farm import farmers as farm_farmers
from ...farm import record_book as farm_record_book
from ...farm.holds import held_of
from ...farm.input_list import limits_of
from ...models import Batch, FarmEntry, Origin, Plot, PlotKind, Producer
from ...register import partners
from .. import forms, language
from ..blueprints import producer as bp
from ..contentpolicy import scripted
from ..errors import wants_json
from ..guard import service
from ..language import say
from ..page_number import shown, shown_of
from . import farm_forms


@bp.get("/farm/")
def farm_home(session: Session, actor: Actor) -> ResponseReturnValue:
    """The home page of the record: new entry, copied entry, plots with their seasons, latest entries."""
    producer = own_producer(session, actor)
    return scripted(
        render_template(
            "producer/farm.html",
            producer=producer,
            plots=shown(producer.fields_in_use, "plots"),
            seasons=record.seasons(session, producer),
            today=day_of(actor.at),
            latest=shown_of(session, record.latest(producer)),
            ready=_ready(session, producer, day_of(actor.at)),
            farmers=farm_farmers.farmers_of(session, producer),
            held=shown(held_of(session, producer.id), "held"),
        )
    )


def _ready(session: Session, producer: Producer, today: date) -> dict[int, clearance.Readiness]:
    """Whether each field may be harvested today, by plot."""
    return clearance.readiness(session, producer.fields_in_use, today)


@bp.get("/farm/ready")
def farm_ready(session: Session, actor: Actor) -> ResponseReturnValue:
    """The account, and the token with which drafts are sent. Without an account, the guard leads to the log-in."""
    return jsonify(who=actor.account_id, token=generate_csrf())


@bp.get("/farm/worker.js")
def farm_worker(session: Session, actor: Actor) -> ResponseReturnValue:
    """The script that opens the page of a new entry without a network. Its address limits it to the farm's record."""
    return scripted(current_app.send_static_file("office/farm-worker.js"))


@bp.get("/farm/plots/<ref>")
def farm_plot(session: Session, actor: Actor, found: Plot) -> ResponseReturnValue:
    """All entries of a plot in a season, corrected ones too; or those that belong to a harvest, if the address names one."""
    if number := request.args.get("batch"):
        return _harvest_page(session, found, find(session, actor, Batch, number), day_of(actor.at))
    years = record.seasons_of(session, found)
    year = _season_asked() or (years[0] if years else day_of(actor.at).year)
    return _plot_page(session, found, year, day_of(actor.at))


def _harvest_page(session: Session, plot: Plot, batch: Batch, today: date) -> ResponseReturnValue:
    if batch.plot_id != plot.id or batch.origin is not Origin.HARVEST:
        raise NotFound(N_("没有这个批次，或者不在您的辖区"))
    share = cycle.share(session, batch)
    return _shown(session, plot, share.entries, today, harvest=batch, since=share.since, year=None)


def _plot_page(
    session: Session, plot: Plot, year: int, today: date, refused: tuple[int, forms.ReasonForm] | None = None
) -> ResponseReturnValue:
    return _shown(session, plot, record.history(session, plot, year), today, refused, harvest=None, year=year)


def _shown(
    session: Session,
    plot: Plot,
    entries: Sequence[FarmEntry],
    today: date,
    refused: tuple[int, forms.ReasonForm] | None = None,
    **of: object,
) -> ResponseReturnValue:
    page = render_template(
        "producer/farm_plot.html",
        plot=plot,
        years=record.seasons_of(session, plot),
        entries=entries,
        corrections=record.corrections(entries),
        refused=refused,
        reason=forms.ReasonForm(formdata=None),
        free_from=record.free_from,
        ready=clearance.readiness(session, [plot], today)[plot.id] if plot.kind is PlotKind.FIELD else None,
        **of,
    )
    return page, 422 if refused else 200


@bp.route("/farm/new", methods=["GET", "POST"])
def new_entry(session: Session, actor: Actor) -> ResponseReturnValue:
    """Write an entry. Answers JSON to the script that sends what was written without a network."""
    producer = own_producer(session, actor)
    form = farm_forms.entry_form(session, actor, producer, _start(session, actor, producer))
    if farm_forms.asks_for_day():
        return scripted(_with_day(session, actor, producer, form))
    done = form.save(
        session, lambda: farm_entries.record_entry(session, actor, form.into(farm_entries.EntryForm), form.photos())
    )
    if wants_json():
        return _told(form, done)
    if done is None:
        page = _entry_page(session, actor, producer, form), form.status
        return scripted(page)
    answer = _written(session, done)
    return answer if done.held else redirect(url_for("producer.farm_home"))


def _start(session: Session, actor: Actor, producer: Producer) -> dict[str, str]:
    copied = request.args.get("copy", "")
    like = find(session, actor, FarmEntry, copied) if copied else record.last_entry(session, producer)
    values = record.start(like, day_of(actor.at), whole=bool(copied)) | {"key": forms.fresh_key()}
    wanted = {name: request.args[name] for name in ("kind", "plot") if request.args.get(name)}
    return values | wanted


def _with_day(
    session: Session, actor: Actor, producer: Producer, form: farm_forms.EntryForm, old: FarmEntry | None = None
) -> ResponseReturnValue:
    """The form again, with the day from which on harvest is allowed. Nothing is written."""
    wait, status = None, 200
    try:
        wait = free_day.before_writing(session, form.into(farm_entries.EntryForm))
    except Invalid as wrong:
        status = 422
        for each in (wrong, *wrong.others):
            form.mark(each)
    form.give_up(session)
    return _entry_page(session, actor, producer, form, old, wait), status


def _entry_page(
    session: Session,
    actor: Actor,
    producer: Producer,
    form: farm_forms.EntryForm,
    old: FarmEntry | None = None,
    wait: free_day.Wait | None = None,
) -> str:
    return render_template(
        "producer/farm_form.html",
        form=form,
        old=old,
        wait=wait,
        today=day_of(actor.at),
        work=farm_forms.WORK,
        known=farm_forms.known_inputs(session, producer),
        book=partners.offered(session, actor),
    )


def _told(form: farm_forms.EntryForm, done: farm_entries.Recorded | None) -> ResponseReturnValue:
    """The entry's number, or what is wrong, field by field, or what is asked, as JSON."""
    if done is not None:
        return jsonify(entry=done.entry.id, held=len(done.held))
    if form.questions:
        words = " ".join(say(each.message) for each in form.questions)
        keys = " ".join(each.key for each in form.questions)
        asks = {"confirm": " ".join([keys, *sorted(form.said)]), "yes": say(form.questions[0].yes)}
        return jsonify(refusal=gettext("是否确认？还没有保存。") + words, asks=asks), 409
    wrong = {name: " ".join(each) for name, each in form.errors.items() if each and name}
    return jsonify(wrong=wrong, refusal=say(form.refusal) if form.refusal else None), 422


def _written(session: Session, done: farm_entries.Recorded) -> ResponseReturnValue:
    """Say that the entry is written, and from when on the plot may be harvested after it. Where batches were held because of it, the
    record's home page says which, and why; otherwise the plot's page shows it."""
    flash(gettext("已写入生产记录。"))
    if (wait := free_day.after(done.entry, limits_of(session))) and wait.free and not done.entry.withdrawn:
        flash(gettext("这次用药，%(day)s起才能采收。", day=language.day(wait.free)))
    if done.held:
        flash(gettext("按这条记录，已赋码的批次被系统自动冻结，见下。"))
        return redirect(url_for("producer.farm_home", _anchor="held"))
    return redirect(url_for("producer.farm_plot", ref=done.entry.plot_id, season=done.entry.season))


@bp.route("/farm/entries/<ref>/correct", methods=["GET", "POST"])
def correct_entry(session: Session, actor: Actor, found: FarmEntry) -> ResponseReturnValue:
    """Put a new entry in the place of an old one, with the reason."""
    producer = own_producer(session, actor)
    form = farm_forms.entry_form(session, actor, producer, record.as_typed(found) | {"key": forms.fresh_key()}, found)
    if farm_forms.asks_for_day():
        return _with_day(session, actor, producer, form, found)
    done = form.save(
        session,
        lambda: farm_entries.correct(
            session, actor, found, form.into(farm_entries.EntryForm), form.reason.data or "", form.photos()
        ),
    )
    if done is None:
        return _entry_page(session, actor, producer, form, found), form.status
    return _written(session, done)


@bp.post("/farm/entries/<ref>/withdraw")
def withdraw_entry(session: Session, actor: Actor, found: FarmEntry) -> ResponseReturnValue:
    form = forms.ReasonForm()
    done = form.save(session, lambda: farm_entries.withdraw(session, actor, found, form.reason.data or ""))
    if done is None:
        return _plot_page(session, found.plot, found.season, day_of(actor.at), (found.id, form))
    return _written(session, done)


@bp.get("/farm/book.pdf")
def record_book(session: Session, actor: Actor) -> ResponseReturnValue:
    """The record book of a season, as a paper."""
    return book_of(session, actor, own_producer(session, actor))


def book_of(session: Session, actor: Actor, producer: Producer) -> ResponseReturnValue:
    today = day_of(actor.at)
    year = _season_asked() or today.year
    book, font = record.book(session, producer, year), find_font(service().installation.settings.font)
    mended = book_corrections.corrected(session, book)
    paper = in_memory(lambda path: farm_record_book.write(path, producer, year, book, today.isoformat(), font, mended))
    return send_file(
        io.BytesIO(paper),
        "application/pdf",
        as_attachment=True,
        download_name=farm_record_book.file_name(producer, year),
    )


def _season_asked() -> int | None:
    """The season that the address asks for, a year of four digits."""
    typed = request.args.get("season", "")
    return int(typed) if len(typed) == 4 and typed.isascii() and typed.isdigit() else None
