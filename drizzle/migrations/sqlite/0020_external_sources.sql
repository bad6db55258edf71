DROP INDEX `tickets_external`;--> statement-breakpoint
ALTER TABLE `tickets` ADD `external_source_id` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `tickets_external` ON `tickets` (`external_system`,`external_number`,`external_source_id`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `source_id` text;