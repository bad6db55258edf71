DROP INDEX `escalations_closed`;--> statement-breakpoint
DROP INDEX `escalations_ticket`;--> statement-breakpoint
DROP INDEX `escalations_owner`;--> statement-breakpoint
DROP INDEX `escalations_department`;--> statement-breakpoint
DROP INDEX `escalations_status`;--> statement-breakpoint
ALTER TABLE `escalations` ADD `home_department_id` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `escalations` ADD `settle_by` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `escalations` ADD `due_at` integer;--> statement-breakpoint
ALTER TABLE `escalations` ADD `red_light_at` integer;--> statement-breakpoint
ALTER TABLE `escalations` ADD `reopen_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `escalations` ADD `working_ms` integer;--> statement-breakpoint
CREATE INDEX `escalations_home` ON `escalations` (`home_department_id`,`closed_at`,`raised_at`);--> statement-breakpoint
CREATE INDEX `escalations_raiser` ON `escalations` (`raised_by_id`,`closed_at`);--> statement-breakpoint
CREATE INDEX `escalations_open` ON `escalations` (`closed_at`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_level` ON `escalations` (`closed_at`,`level`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_due` ON `escalations` (`closed_at`,`due_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_red` ON `escalations` (`closed_at`,`red_light_at`);--> statement-breakpoint
CREATE INDEX `escalations_raised` ON `escalations` (`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_ticket` ON `escalations` (`ticket_id`,`closed_at`);--> statement-breakpoint
CREATE INDEX `escalations_owner` ON `escalations` (`owner_id`,`closed_at`,`raised_at`);--> statement-breakpoint
CREATE INDEX `escalations_department` ON `escalations` (`department_id`,`closed_at`,`raised_at`);--> statement-breakpoint
CREATE INDEX `escalations_status` ON `escalations` (`status`,`raised_at`,`id`);--> statement-breakpoint
ALTER TABLE `escalation_referrals` ADD `from_level` integer DEFAULT 1 NOT NULL;