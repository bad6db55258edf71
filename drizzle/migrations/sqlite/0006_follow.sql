CREATE TABLE `follow_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_id` text,
	`code_hash` text NOT NULL,
	`attempts` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `follow_codes_expiry` ON `follow_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `follow_links` (
	`ticket_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`revoked_at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `follow_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`ticket_id` text NOT NULL,
	`site_id` text NOT NULL,
	`via` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `follow_sessions_token` ON `follow_sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `follow_sessions_ticket` ON `follow_sessions` (`ticket_id`);--> statement-breakpoint
CREATE INDEX `follow_sessions_expiry` ON `follow_sessions` (`expires_at`);