"""What repairs took, and what customers reported outside an incident."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "eta_history",
        sa.Column("incident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("component", sa.String(length=200), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("detected_at", _TIME, nullable=False),
        sa.Column("repaired_at", _TIME, nullable=False),
        sa.Column("raw_at", _TIME, nullable=True),
        sa.Column("public_at", _TIME, nullable=True),
        sa.Column("announced_at", _TIME, nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_eta_history")),
    )
    with op.batch_alter_table("eta_history", schema=None) as batch_op:
        batch_op.create_index("ix_eta_history_component", ["component", "repaired_at"], unique=False)
    op.create_table(
        "stray_report",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=320), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("symptom", sa.Text(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_report")),
    )
    with op.batch_alter_table("stray_report", schema=None) as batch_op:
        batch_op.create_index("ix_stray_report_at", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("stray_report")
    op.drop_table("eta_history")
