"""Causes of losses that come with facts."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0002_constraints")]

    operations = []
