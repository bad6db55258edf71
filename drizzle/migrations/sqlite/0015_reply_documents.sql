PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_documents` (
	`id` text PRIMARY KEY NOT NULL,
	`consultation_id` text,
	`ticket_id` text,
	`reply_id` text,
	`draft_of` text,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`name` text NOT NULL,
	`sha256` text NOT NULL,
	`agent_id` text,
	`call_id` text,
	`call_seconds` real,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	`opened_at` integer,
	`downloaded_at` integer,
	`recalled_at` integer,
	FOREIGN KEY (`consultation_id`) REFERENCES `consultations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reply_id`) REFERENCES `ticket_replies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sha256`) REFERENCES `files`(`sha256`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_documents`("id", "consultation_id", "kind", "status", "name", "sha256", "agent_id", "call_id", "call_seconds", "created_at", "delivered_at", "opened_at", "downloaded_at", "recalled_at") SELECT "id", "consultation_id", "kind", "status", "name", "sha256", "agent_id", "call_id", "call_seconds", "created_at", "delivered_at", "opened_at", "downloaded_at", "recalled_at" FROM `documents`;--> statement-breakpoint
DROP TABLE `documents`;--> statement-breakpoint
ALTER TABLE `__new_documents` RENAME TO `documents`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `documents_consultation` ON `documents` (`consultation_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `documents_ticket` ON `documents` (`ticket_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `documents_reply` ON `documents` (`reply_id`,`created_at`,`id`);