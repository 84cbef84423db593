"""What makes boards follow facts at once."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0017_watch")]

    operations = []
