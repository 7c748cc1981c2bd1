"""moto's CloudWatch alarms on Direct Connect's metrics: they are evaluated, and do what they are told."""
