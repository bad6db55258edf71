CREATE TABLE `report_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`schedule_id` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`due_at` integer NOT NULL,
	`is_late` integer NOT NULL,
	`status` text NOT NULL,
	`delivery` text NOT NULL,
	`file_name` text NOT NULL,
	`file_hash` text,
	`file_size` integer,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`schedule_id`) REFERENCES `report_schedules`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `report_runs_schedule` ON `report_runs` (`schedule_id`,`due_at`);--> statement-breakpoint
CREATE TABLE `report_schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`name` text NOT NULL,
	`group_by` text NOT NULL,
	`department_id` text,
	`site_id` text,
	`every` text NOT NULL,
	`hour` integer NOT NULL,
	`time_zone` text NOT NULL,
	`format` text NOT NULL,
	`language` text NOT NULL,
	`emails` text NOT NULL,
	`is_active` integer NOT NULL,
	`created_at` integer NOT NULL,
	`next_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `report_schedules_owner` ON `report_schedules` (`owner_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `rollup_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`figure` text NOT NULL,
	`day` text NOT NULL,
	`site_id` text NOT NULL,
	`department_id` text NOT NULL,
	`service_item_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`ticket_id` text NOT NULL,
	`at` integer NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rollup_entries_day` ON `rollup_entries` (`figure`,`day`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `rollup_entries_department` ON `rollup_entries` (`figure`,`department_id`,`day`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `rollup_entries_ticket` ON `rollup_entries` (`ticket_id`);--> statement-breakpoint
CREATE TABLE `rollup_tickets` (
	`ticket_id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`department_id` text NOT NULL,
	`service_item_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`is_unresolved` integer NOT NULL,
	`is_helped` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `rollups_scope` ON `rollups` (`figure`,`department_id`,`site_id`,`day`,`count`,`sum`);