CREATE INDEX `tickets_created` ON `tickets` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_next_due` ON `tickets` (`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_priority` ON `tickets` (`priority`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_department_created` ON `tickets` (`department_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_department_due` ON `tickets` (`department_id`,`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_department_priority` ON `tickets` (`department_id`,`priority`,`updated_at`,`id`);