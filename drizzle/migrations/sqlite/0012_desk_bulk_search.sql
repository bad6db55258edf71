CREATE TABLE `search_marks` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`place` text NOT NULL,
	`done` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`started_at` integer
);
--> statement-breakpoint
CREATE TABLE `bulk_runs` (
	`operation_id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`change` text NOT NULL,
	`filter` text,
	`total` integer,
	`undone_by_id` text,
	`finished_at` integer,
	FOREIGN KEY (`operation_id`) REFERENCES `ticket_operations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`undone_by_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `bulk_targets` (
	`operation_id` text NOT NULL,
	`position` integer NOT NULL,
	`ticket_id` text NOT NULL,
	`number` text,
	`outcome` text NOT NULL,
	`code` text,
	`detail` text,
	`restored` integer,
	`skipped` text,
	PRIMARY KEY(`operation_id`, `position`),
	FOREIGN KEY (`operation_id`) REFERENCES `bulk_runs`(`operation_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bulk_targets_outcome` ON `bulk_targets` (`operation_id`,`outcome`,`position`);