"""Drafts of rule books, and their publication by two."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0004_losses")]

    operations = []
