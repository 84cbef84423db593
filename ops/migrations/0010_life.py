"""The life of a month: due transitions, closings in versions, embargo, revelations, public notice."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0009_speed")]

    operations = []
