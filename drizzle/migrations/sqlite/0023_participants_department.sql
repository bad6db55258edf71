DROP INDEX `ticket_participants_agent`;--> statement-breakpoint
ALTER TABLE `ticket_participants` ADD `department_id` text NOT NULL DEFAULT '';--> statement-breakpoint
UPDATE `ticket_participants` SET `department_id` = `tickets`.`department_id` FROM `tickets` WHERE `tickets`.`id` = `ticket_participants`.`ticket_id`;--> statement-breakpoint
CREATE INDEX `ticket_participants_agent` ON `ticket_participants` (`agent_id`,`department_id`,`created_at`,`ticket_id`);