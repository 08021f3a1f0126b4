"""What happens while nobody waits. The only room that imports apscheduler."""

from app.schedule.runner import Runner

__all__ = ["Runner"]
