CREATE TABLE `escalation_referrals` (
	`id` text PRIMARY KEY NOT NULL,
	`escalation_id` text NOT NULL,
	`from_agent_id` text NOT NULL,
	`from_department_id` text NOT NULL,
	`to_agent_id` text NOT NULL,
	`to_department_id` text NOT NULL,
	`status` text NOT NULL,
	`note` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`answered_at` integer,
	FOREIGN KEY (`escalation_id`) REFERENCES `escalations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `escalation_referrals_escalation` ON `escalation_referrals` (`escalation_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `escalation_referrals_to` ON `escalation_referrals` (`to_agent_id`,`status`);--> statement-breakpoint
CREATE TABLE `escalations` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_id` text NOT NULL,
	`reason` text NOT NULL,
	`why` text NOT NULL,
	`status` text NOT NULL,
	`level` integer NOT NULL,
	`owner_id` text NOT NULL,
	`department_id` text NOT NULL,
	`avoid_agent_id` text,
	`raised_by_kind` text NOT NULL,
	`raised_by_id` text,
	`raised_at` integer NOT NULL,
	`acknowledge_by` integer NOT NULL,
	`acknowledged_at` integer,
	`next_action` text NOT NULL,
	`next_action_at` integer,
	`touched_at` integer NOT NULL,
	`is_answer_required` integer NOT NULL,
	`return_count` integer NOT NULL,
	`closed_at` integer,
	`outcome` text,
	`result` text,
	`cause` text,
	`accountability` text,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`avoid_agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `escalations_ticket` ON `escalations` (`ticket_id`,`status`);--> statement-breakpoint
CREATE INDEX `escalations_owner` ON `escalations` (`owner_id`,`status`,`raised_at`);--> statement-breakpoint
CREATE INDEX `escalations_department` ON `escalations` (`department_id`,`status`,`raised_at`);--> statement-breakpoint
CREATE INDEX `escalations_status` ON `escalations` (`status`,`level`,`raised_at`,`id`);--> statement-breakpoint
CREATE INDEX `escalations_closed` ON `escalations` (`closed_at`);--> statement-breakpoint
CREATE TABLE `projection_cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `projection_failures` (
	`id` text PRIMARY KEY NOT NULL,
	`error` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `rollups` (
	`figure` text NOT NULL,
	`day` text NOT NULL,
	`site_id` text NOT NULL,
	`department_id` text NOT NULL,
	`service_item_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`count` integer NOT NULL,
	`sum` integer NOT NULL,
	PRIMARY KEY(`figure`, `day`, `site_id`, `department_id`, `service_item_id`, `agent_id`)
);
--> statement-breakpoint
CREATE TABLE `notification_preferences` (
	`agent_id` text NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`is_on` integer NOT NULL,
	PRIMARY KEY(`agent_id`, `kind`, `channel`),
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`kind` text NOT NULL,
	`ticket_id` text,
	`subject` text NOT NULL,
	`facts` text NOT NULL,
	`created_at` integer NOT NULL,
	`read_at` integer,
	`event_seq` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notifications_agent` ON `notifications` (`agent_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_unread` ON `notifications` (`agent_id`,`read_at`);--> statement-breakpoint
CREATE TABLE `absences` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`deputy_id` text,
	`note` text NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`deputy_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `absences_agent` ON `absences` (`agent_id`,`to_at`);--> statement-breakpoint
CREATE TABLE `calendar_exceptions` (
	`calendar_id` text NOT NULL,
	`date` text NOT NULL,
	`name` text NOT NULL,
	`spans` text NOT NULL,
	PRIMARY KEY(`calendar_id`, `date`),
	FOREIGN KEY (`calendar_id`) REFERENCES `sla_calendars`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `department_leaders` (
	`department_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`role` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`department_id`, `agent_id`),
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `department_leaders_agent` ON `department_leaders` (`agent_id`);--> statement-breakpoint
CREATE TABLE `escalation_rules` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`clock_kind` text NOT NULL,
	`policy_id` text,
	`is_active` integer NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`policy_id`) REFERENCES `sla_policies`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `escalation_steps` (
	`id` text PRIMARY KEY NOT NULL,
	`rule_id` text NOT NULL,
	`position` integer NOT NULL,
	`trigger` text NOT NULL,
	`at_percent` integer,
	`after_seconds` integer,
	`action` text NOT NULL,
	`level` integer NOT NULL,
	FOREIGN KEY (`rule_id`) REFERENCES `escalation_rules`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `escalation_steps_rule` ON `escalation_steps` (`rule_id`,`position`);--> statement-breakpoint
CREATE TABLE `fired_steps` (
	`ticket_id` text NOT NULL,
	`kind` text NOT NULL,
	`round` integer NOT NULL,
	`step_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`fired_at` integer NOT NULL,
	`is_late` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `kind`, `round`, `step_id`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sla_calendars` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`week` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sla_clocks` (
	`ticket_id` text NOT NULL,
	`kind` text NOT NULL,
	`round` integer NOT NULL,
	`policy_id` text NOT NULL,
	`outcome` text NOT NULL,
	`target_ms` integer NOT NULL,
	`elapsed_ms` integer NOT NULL,
	`started_at` integer NOT NULL,
	`stopped_at` integer,
	`due_at` integer,
	`breached_at` integer,
	PRIMARY KEY(`ticket_id`, `kind`, `round`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sla_clocks_due` ON `sla_clocks` (`outcome`,`due_at`);--> statement-breakpoint
CREATE INDEX `sla_clocks_started` ON `sla_clocks` (`kind`,`started_at`);--> statement-breakpoint
CREATE TABLE `sla_intervals` (
	`ticket_id` text NOT NULL,
	`kind` text NOT NULL,
	`round` integer NOT NULL,
	`position` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer,
	`state` text NOT NULL,
	`reason` text,
	`by_kind` text,
	`by_id` text,
	`is_ours` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `kind`, `round`, `position`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sla_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`position` integer NOT NULL,
	`is_active` integer NOT NULL,
	`is_default` integer NOT NULL,
	`calendar_id` text NOT NULL,
	`first_response_seconds` integer,
	`next_response_seconds` integer,
	`resolution_seconds` integer,
	`pauses_on` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`calendar_id`) REFERENCES `sla_calendars`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sla_policies_position` ON `sla_policies` (`position`);--> statement-breakpoint
CREATE TABLE `sla_policy_conditions` (
	`policy_id` text NOT NULL,
	`position` integer NOT NULL,
	`field` text NOT NULL,
	`op` text NOT NULL,
	`values` text NOT NULL,
	PRIMARY KEY(`policy_id`, `position`),
	FOREIGN KEY (`policy_id`) REFERENCES `sla_policies`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `macro_steps` (
	`macro_id` text NOT NULL,
	`position` integer NOT NULL,
	`action` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`macro_id`, `position`),
	FOREIGN KEY (`macro_id`) REFERENCES `macros`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `macros` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`reply` text NOT NULL,
	`department_id` text,
	`is_active` integer NOT NULL,
	`position` integer NOT NULL,
	`created_by` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `macros_department` ON `macros` (`department_id`,`position`);--> statement-breakpoint
CREATE TABLE `reply_mentions` (
	`reply_id` text NOT NULL,
	`agent_id` text NOT NULL,
	PRIMARY KEY(`reply_id`, `agent_id`),
	FOREIGN KEY (`reply_id`) REFERENCES `ticket_replies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `saved_views` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`department_id` text,
	`name` text NOT NULL,
	`filter` text NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `saved_views_owner` ON `saved_views` (`owner_id`,`position`);--> statement-breakpoint
CREATE TABLE `status_labels` (
	`status` text PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`label_en` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tags` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_name` ON `tags` (`name`);--> statement-breakpoint
CREATE TABLE `ticket_drafts` (
	`ticket_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `agent_id`, `kind`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `ticket_field_values` (
	`ticket_id` text NOT NULL,
	`field_id` text NOT NULL,
	`text_value` text,
	`number_value` real,
	`date_value` text,
	PRIMARY KEY(`ticket_id`, `field_id`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`field_id`) REFERENCES `ticket_fields`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_field_values_field` ON `ticket_field_values` (`field_id`,`text_value`);--> statement-breakpoint
CREATE TABLE `ticket_fields` (
	`id` text PRIMARY KEY NOT NULL,
	`service_item_id` text,
	`label` text NOT NULL,
	`label_en` text NOT NULL,
	`kind` text NOT NULL,
	`choices` text NOT NULL,
	`is_required` integer NOT NULL,
	`is_active` integer NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`service_item_id`) REFERENCES `service_items`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_fields_item` ON `ticket_fields` (`service_item_id`,`position`);--> statement-breakpoint
CREATE TABLE `ticket_links` (
	`ticket_id` text NOT NULL,
	`other_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `other_id`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_links_other` ON `ticket_links` (`other_id`);--> statement-breakpoint
CREATE TABLE `ticket_operation_changes` (
	`operation_id` text NOT NULL,
	`position` integer NOT NULL,
	`ticket_id` text NOT NULL,
	`field` text NOT NULL,
	`before` text,
	`after` text,
	PRIMARY KEY(`operation_id`, `position`),
	FOREIGN KEY (`operation_id`) REFERENCES `ticket_operations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `ticket_operations` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`undone_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_operations_actor` ON `ticket_operations` (`actor_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `ticket_participants` (
	`ticket_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `agent_id`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_participants_agent` ON `ticket_participants` (`agent_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `ticket_replies` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_id` text NOT NULL,
	`kind` text NOT NULL,
	`agent_id` text,
	`visitor_id` text,
	`body` text NOT NULL,
	`via` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer,
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_replies_ticket` ON `ticket_replies` (`ticket_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `ticket_tags` (
	`ticket_id` text NOT NULL,
	`tag_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`ticket_id`, `tag_id`),
	FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ticket_tags_tag` ON `ticket_tags` (`tag_id`,`created_at`,`ticket_id`);--> statement-breakpoint
ALTER TABLE `agents` ADD `email` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `phone` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `description` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `priority` text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `source` text DEFAULT 'consultation' NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `external_system` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `external_number` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `hold_until` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `waiting_department_id` text REFERENCES departments(id);--> statement-breakpoint
ALTER TABLE `tickets` ADD `parent_id` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `merged_into_id` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `resolved_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `closed_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `first_reply_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `reopen_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `urge_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `last_urged_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `is_complaint` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `is_helped` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `application_result` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `application_reason` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `application_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `stars` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `sla_state` text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `next_due_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `escalation_level` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `tickets_external` ON `tickets` (`external_system`,`external_number`);--> statement-breakpoint
CREATE INDEX `tickets_department_status` ON `tickets` (`department_id`,`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_assignee_status` ON `tickets` (`assignee_id`,`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_due` ON `tickets` (`sla_state`,`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_status_created` ON `tickets` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `tickets_contact` ON `tickets` (`contact_id`);--> statement-breakpoint
CREATE INDEX `tickets_parent` ON `tickets` (`parent_id`);--> statement-breakpoint
CREATE INDEX `tickets_merged` ON `tickets` (`merged_into_id`);--> statement-breakpoint
CREATE INDEX `tickets_escalation` ON `tickets` (`escalation_level`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_application` ON `tickets` (`application_at`);--> statement-breakpoint
-- Whoever served in a consultation of a ticket goes on seeing it.
INSERT INTO ticket_participants (ticket_id, agent_id, reason, created_at) SELECT c.ticket_id, c.owner_id, 'served', min(c.queued_at) FROM consultations c WHERE c.owner_id IS NOT NULL GROUP BY c.ticket_id, c.owner_id ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO ticket_participants (ticket_id, agent_id, reason, created_at) SELECT c.ticket_id, p.agent_id, 'served', min(p.joined_at) FROM participants p JOIN consultations c ON c.id = p.consultation_id WHERE true GROUP BY c.ticket_id, p.agent_id ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE tickets SET is_helped = 1 WHERE id IN (SELECT ticket_id FROM consultations WHERE accepted_at IS NOT NULL);--> statement-breakpoint
UPDATE tickets SET resolved_at = updated_at WHERE status IN ('resolved', 'closed');--> statement-breakpoint
UPDATE tickets SET closed_at = updated_at WHERE status = 'closed';