CREATE TABLE `notification_quiet` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`from_time` text NOT NULL,
	`to_time` text NOT NULL,
	`is_urgent_loud` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
