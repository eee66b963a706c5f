"""What mails ask for."""

from django import template

from steiger.web.accounts.domain.signature import signature

register = template.Library()
register.simple_tag(signature)
