DROP INDEX `escalations_owner`;--> statement-breakpoint
DROP INDEX `escalations_department`;--> statement-breakpoint
DROP INDEX `escalations_home`;--> statement-breakpoint
DROP INDEX `escalations_raiser`;--> statement-breakpoint
DROP INDEX `escalations_open`;--> statement-breakpoint
DROP INDEX `escalations_level`;--> statement-breakpoint
DROP INDEX `escalations_due`;--> statement-breakpoint
DROP INDEX `escalations_red`;--> statement-breakpoint
DROP INDEX `escalations_raised`;--> statement-breakpoint
CREATE INDEX `escalations_owner` ON `escalations` (`owner_id`,`closed_at`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_department` ON `escalations` (`department_id`,`closed_at`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_home` ON `escalations` (`home_department_id`,`closed_at`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_raiser` ON `escalations` (`raised_by_id`,`closed_at`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_open` ON `escalations` (`raised_at`,`id`) WHERE "escalations"."closed_at" is null;--> statement-breakpoint
CREATE INDEX `escalations_level` ON `escalations` (`level`,`raised_at`,`id`) WHERE "escalations"."closed_at" is null;--> statement-breakpoint
CREATE INDEX `escalations_due` ON `escalations` (`due_at`,`id`) WHERE "escalations"."closed_at" is null;--> statement-breakpoint
CREATE INDEX `escalations_red` ON `escalations` (`red_light_at`,`id`) WHERE "escalations"."closed_at" is null;--> statement-breakpoint
CREATE INDEX `escalations_raised` ON `escalations` (`raised_at`,`id`,`department_id`,`owner_id`,`closed_at`,`settle_by`,`return_count`,`reopen_count`,`working_ms`);