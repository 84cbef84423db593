"""Notices to people, appeals and their evidence."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0013_contests")]

    operations = []
