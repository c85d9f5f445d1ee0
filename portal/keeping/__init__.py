"""What we keep of people: shown to them, erased when they say so, and gone when its time has come."""

from flask import Flask


def register(app: Flask) -> None:
    """Have the days and words read, make known what the rooms below hold, and put the pages into the application."""
    from portal.i18n import N_
    from portal.keeping import desk, forms, people, retention, service, terms, views
    from portal.notices import service as notices
    from portal.questions.service import READERS, Reader

    READERS["keeping"] = Reader(terms.problems, terms.setup)
    service.keeps("accounts", N_("Your number and sign-ins"), show=people.account, erase=people.erase_account)
    service.keeps("notices", N_("What we wrote to you"), show=people.told, erase=people.erase_told)
    retention.rule("silent", due=people.silent, act=service.erase, say=people.say_silent)
    retention.rule("taken_back", due=people.taken_back, act=service.erase, say=people.say_taken_back)
    retention.rule("messages", due=people.old_texts, act=notices.forget_text)
    for side in (views, desk):  # their pages hang on one blueprint
        assert side.blueprint is forms.blueprint
    app.register_blueprint(forms.blueprint)
