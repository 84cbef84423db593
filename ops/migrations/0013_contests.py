"""Contests inside a month."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0012_plans")]

    operations = []
