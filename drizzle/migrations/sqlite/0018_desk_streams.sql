-- Without a rowid the rows lie in the order of their key, once, and dashboards read stretches of them.
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_rollups` (
	`figure` text NOT NULL,
	`day` text NOT NULL,
	`site_id` text NOT NULL,
	`department_id` text NOT NULL,
	`service_item_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`count` integer NOT NULL,
	`sum` integer NOT NULL,
	PRIMARY KEY(`figure`, `department_id`, `site_id`, `day`, `service_item_id`, `agent_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_rollups`("figure", "day", "site_id", "department_id", "service_item_id", "agent_id", "count", "sum") SELECT "figure", "day", "site_id", "department_id", "service_item_id", "agent_id", "count", "sum" FROM `rollups` ORDER BY "figure", "department_id", "site_id", "day", "service_item_id", "agent_id";--> statement-breakpoint
DROP TABLE `rollups`;--> statement-breakpoint
ALTER TABLE `__new_rollups` RENAME TO `rollups`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
DROP INDEX `ticket_tags_tag`;--> statement-breakpoint
ALTER TABLE `ticket_tags` ADD `department_id` text NOT NULL DEFAULT '';--> statement-breakpoint
ALTER TABLE `ticket_tags` ADD `ticket_updated_at` integer NOT NULL DEFAULT 0;--> statement-breakpoint
UPDATE `ticket_tags` SET `department_id` = `tickets`.`department_id`, `ticket_updated_at` = `tickets`.`updated_at` FROM `tickets` WHERE `tickets`.`id` = `ticket_tags`.`ticket_id`;--> statement-breakpoint
CREATE INDEX `ticket_tags_department` ON `ticket_tags` (`tag_id`,`department_id`,`ticket_updated_at`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `ticket_tags_tag` ON `ticket_tags` (`tag_id`,`ticket_updated_at`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `tickets_item` ON `tickets` (`service_item_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_department_item` ON `tickets` (`department_id`,`service_item_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_assignee_department` ON `tickets` (`assignee_id`,`department_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_sla` ON `tickets` (`sla_state`,`updated_at`,`id`) WHERE "tickets"."sla_state" in ('warned', 'breached');--> statement-breakpoint
CREATE INDEX `tickets_department_sla` ON `tickets` (`department_id`,`sla_state`,`updated_at`,`id`) WHERE "tickets"."sla_state" in ('warned', 'breached');