CREATE TABLE `exports` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`filter` text NOT NULL,
	`format` text NOT NULL,
	`columns` text NOT NULL,
	`language` text NOT NULL,
	`time_zone` text NOT NULL,
	`status` text NOT NULL,
	`done` integer NOT NULL,
	`total` integer,
	`size_bytes` integer,
	`file` text,
	`error` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `exports_owner` ON `exports` (`owner_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `import_problems` (
	`import_id` text NOT NULL,
	`position` integer NOT NULL,
	`field` text NOT NULL,
	`code` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`import_id`, `position`, `field`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `import_problems_code` ON `import_problems` (`import_id`,`code`,`position`);--> statement-breakpoint
CREATE TABLE `import_rows` (
	`import_id` text NOT NULL,
	`position` integer NOT NULL,
	`cells` text NOT NULL,
	`external_number` text,
	`status` text NOT NULL,
	`ticket_id` text,
	`ticket_number` text,
	PRIMARY KEY(`import_id`, `position`),
	FOREIGN KEY (`import_id`) REFERENCES `imports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `import_rows_external` ON `import_rows` (`import_id`,`external_number`,`position`);--> statement-breakpoint
CREATE INDEX `import_rows_status` ON `import_rows` (`import_id`,`status`,`position`);--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`name` text NOT NULL,
	`encoding` text NOT NULL,
	`separator` text NOT NULL,
	`header` text NOT NULL,
	`mapping` text NOT NULL,
	`status` text NOT NULL,
	`row_count` integer NOT NULL,
	`done` integer NOT NULL,
	`bad_rows` integer NOT NULL,
	`created_count` integer NOT NULL,
	`problem_counts` text NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `imports_owner` ON `imports` (`owner_id`,`created_at`);