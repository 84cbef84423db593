"""Answers of departments to the losses that are passed on to them."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0003_causes")]

    operations = []
