"""What a snapshot changes is stored as it comes: to press it together took longer than to write it, and it lives a few minutes."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("shifen", "0027_english_names")]

    operations = [ops.RunSQL("ALTER TABLE snapshot_delta ALTER COLUMN moves SET STORAGE EXTERNAL;")]
