"""Reports of what a draft would have done to past months."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("shifen", "0005_drafts")]

    operations = []
