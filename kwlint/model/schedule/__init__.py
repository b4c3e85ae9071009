"""When CronJobs run: `schedule` and `timezone` are for others."""
