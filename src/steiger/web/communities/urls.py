"""Addresses of this room."""

from django.urls import path

from steiger.web.communities.views import joining, moderation, reading, running, writing

app_name = "communities"
urlpatterns = [
    path("", reading.communities, name="list"),
    path("neu/", running.add, name="add"),
    path("mitglied/unterwegs/", joining.sent, name="sent"),
    path("mitglied/beendet/", joining.left, name="left"),
    path("mitglied/bestaetigen/<str:token>/", joining.confirm_page, name="confirm"),
    path("mitglied/eintreten/<str:token>/", joining.enter_page, name="enter"),
    path("mitglied/verlassen/<str:token>/", joining.leave_page, name="leave"),
    path("mitglied/still/<str:token>/", joining.quiet_page, name="quiet"),
    path("mitglied/hinaus/", joining.go_out_page, name="out"),
    path("<slug:slug>/", reading.community, name="community"),
    path("<slug:slug>/mitmachen/", joining.join_page, name="join"),
    path("<slug:slug>/link/", joining.link, name="link"),
    path("<slug:slug>/ich/", writing.me, name="me"),
    path("<slug:slug>/fragen/", reading.questions, name="questions"),
    path("<slug:slug>/fragen/neu/", writing.ask_page, name="ask"),
    path("<slug:slug>/fragen/<int:pk>/antworten/", writing.answer_page, name="answer"),
    path("<slug:slug>/notizen/", reading.notes, name="notes"),
    path("<slug:slug>/notizen/neu/", writing.note_page, name="put_note"),
    path("<slug:slug>/notizen/<int:pk>/", reading.note, name="note"),
    path("<slug:slug>/ich/<slug:kind>/<int:pk>/", writing.take_back_page, name="take_back"),
    path("<slug:slug>/moderation/", moderation.queue, name="moderation"),
    path("<slug:slug>/moderation/<slug:kind>/<int:pk>/", moderation.decide_page, name="decide"),
    path("<slug:slug>/verwaltung/", running.manage, name="manage"),
    path("<slug:slug>/verwaltung/schliessen/", running.close_page, name="close"),
    path("<slug:slug>/verwaltung/oeffnen/", running.reopen_page, name="reopen"),
    path("<slug:slug>/verwaltung/<uuid:member_id>/", running.moderator, name="moderator"),
]
