"""Sign-offs of completeness and findings about odd facts."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0016_history")]

    operations = []
