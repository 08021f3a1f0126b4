"""What happens while nobody waits. The only room that imports apscheduler."""
