CREATE TABLE "escalation_referrals" (
	"id" text PRIMARY KEY NOT NULL,
	"escalation_id" text NOT NULL,
	"from_agent_id" text NOT NULL,
	"from_department_id" text NOT NULL,
	"to_agent_id" text NOT NULL,
	"to_department_id" text NOT NULL,
	"status" text NOT NULL,
	"note" text NOT NULL,
	"reason" text,
	"created_at" bigint NOT NULL,
	"answered_at" bigint
);
--> statement-breakpoint
CREATE TABLE "escalations" (
	"id" text PRIMARY KEY NOT NULL,
	"ticket_id" text NOT NULL,
	"reason" text NOT NULL,
	"why" text NOT NULL,
	"status" text NOT NULL,
	"level" bigint NOT NULL,
	"owner_id" text NOT NULL,
	"department_id" text NOT NULL,
	"avoid_agent_id" text,
	"raised_by_kind" text NOT NULL,
	"raised_by_id" text,
	"raised_at" bigint NOT NULL,
	"acknowledge_by" bigint NOT NULL,
	"acknowledged_at" bigint,
	"next_action" text NOT NULL,
	"next_action_at" bigint,
	"touched_at" bigint NOT NULL,
	"is_answer_required" boolean NOT NULL,
	"return_count" bigint NOT NULL,
	"closed_at" bigint,
	"outcome" text,
	"result" text,
	"cause" text,
	"accountability" text
);
--> statement-breakpoint
CREATE TABLE "projection_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projection_failures" (
	"id" text PRIMARY KEY NOT NULL,
	"error" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollups" (
	"figure" text NOT NULL,
	"day" text NOT NULL,
	"site_id" text NOT NULL,
	"department_id" text NOT NULL,
	"service_item_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"count" bigint NOT NULL,
	"sum" bigint NOT NULL,
	CONSTRAINT "rollups_figure_day_site_id_department_id_service_item_id_agent_id_pk" PRIMARY KEY("figure","day","site_id","department_id","service_item_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"agent_id" text NOT NULL,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"is_on" boolean NOT NULL,
	CONSTRAINT "notification_preferences_agent_id_kind_channel_pk" PRIMARY KEY("agent_id","kind","channel")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"kind" text NOT NULL,
	"ticket_id" text,
	"subject" text NOT NULL,
	"facts" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"read_at" bigint,
	"event_seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "absences" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"deputy_id" text,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "calendar_exceptions" (
	"calendar_id" text NOT NULL,
	"date" text NOT NULL,
	"name" text NOT NULL,
	"spans" jsonb NOT NULL,
	CONSTRAINT "calendar_exceptions_calendar_id_date_pk" PRIMARY KEY("calendar_id","date")
);
--> statement-breakpoint
CREATE TABLE "department_leaders" (
	"department_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"role" text NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "department_leaders_department_id_agent_id_pk" PRIMARY KEY("department_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "escalation_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"clock_kind" text NOT NULL,
	"policy_id" text,
	"is_active" boolean NOT NULL,
	"position" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "escalation_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"rule_id" text NOT NULL,
	"position" bigint NOT NULL,
	"trigger" text NOT NULL,
	"at_percent" bigint,
	"after_seconds" bigint,
	"action" text NOT NULL,
	"level" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fired_steps" (
	"ticket_id" text NOT NULL,
	"kind" text NOT NULL,
	"round" bigint NOT NULL,
	"step_id" text NOT NULL,
	"due_at" bigint NOT NULL,
	"fired_at" bigint NOT NULL,
	"is_late" boolean NOT NULL,
	CONSTRAINT "fired_steps_ticket_id_kind_round_step_id_pk" PRIMARY KEY("ticket_id","kind","round","step_id")
);
--> statement-breakpoint
CREATE TABLE "sla_calendars" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"week" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sla_clocks" (
	"ticket_id" text NOT NULL,
	"kind" text NOT NULL,
	"round" bigint NOT NULL,
	"policy_id" text NOT NULL,
	"outcome" text NOT NULL,
	"target_ms" bigint NOT NULL,
	"elapsed_ms" bigint NOT NULL,
	"started_at" bigint NOT NULL,
	"stopped_at" bigint,
	"due_at" bigint,
	"breached_at" bigint,
	CONSTRAINT "sla_clocks_ticket_id_kind_round_pk" PRIMARY KEY("ticket_id","kind","round")
);
--> statement-breakpoint
CREATE TABLE "sla_intervals" (
	"ticket_id" text NOT NULL,
	"kind" text NOT NULL,
	"round" bigint NOT NULL,
	"position" bigint NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint,
	"state" text NOT NULL,
	"reason" text,
	"by_kind" text,
	"by_id" text,
	"is_ours" boolean NOT NULL,
	CONSTRAINT "sla_intervals_ticket_id_kind_round_position_pk" PRIMARY KEY("ticket_id","kind","round","position")
);
--> statement-breakpoint
CREATE TABLE "sla_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"position" bigint NOT NULL,
	"is_active" boolean NOT NULL,
	"is_default" boolean NOT NULL,
	"calendar_id" text NOT NULL,
	"first_response_seconds" bigint,
	"next_response_seconds" bigint,
	"resolution_seconds" bigint,
	"pauses_on" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sla_policy_conditions" (
	"policy_id" text NOT NULL,
	"position" bigint NOT NULL,
	"field" text NOT NULL,
	"op" text NOT NULL,
	"values" jsonb NOT NULL,
	CONSTRAINT "sla_policy_conditions_policy_id_position_pk" PRIMARY KEY("policy_id","position")
);
--> statement-breakpoint
CREATE TABLE "macro_steps" (
	"macro_id" text NOT NULL,
	"position" bigint NOT NULL,
	"action" text NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "macro_steps_macro_id_position_pk" PRIMARY KEY("macro_id","position")
);
--> statement-breakpoint
CREATE TABLE "macros" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"reply" text NOT NULL,
	"department_id" text,
	"is_active" boolean NOT NULL,
	"position" bigint NOT NULL,
	"created_by" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reply_mentions" (
	"reply_id" text NOT NULL,
	"agent_id" text NOT NULL,
	CONSTRAINT "reply_mentions_reply_id_agent_id_pk" PRIMARY KEY("reply_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"department_id" text,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"position" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_labels" (
	"status" text PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"label_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket_drafts" (
	"ticket_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"kind" text NOT NULL,
	"body" text NOT NULL,
	"saved_at" bigint NOT NULL,
	CONSTRAINT "ticket_drafts_ticket_id_agent_id_kind_pk" PRIMARY KEY("ticket_id","agent_id","kind")
);
--> statement-breakpoint
CREATE TABLE "ticket_field_values" (
	"ticket_id" text NOT NULL,
	"field_id" text NOT NULL,
	"text_value" text,
	"number_value" double precision,
	"date_value" text,
	CONSTRAINT "ticket_field_values_ticket_id_field_id_pk" PRIMARY KEY("ticket_id","field_id")
);
--> statement-breakpoint
CREATE TABLE "ticket_fields" (
	"id" text PRIMARY KEY NOT NULL,
	"service_item_id" text,
	"label" text NOT NULL,
	"label_en" text NOT NULL,
	"kind" text NOT NULL,
	"choices" jsonb NOT NULL,
	"is_required" boolean NOT NULL,
	"is_active" boolean NOT NULL,
	"position" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket_links" (
	"ticket_id" text NOT NULL,
	"other_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "ticket_links_ticket_id_other_id_pk" PRIMARY KEY("ticket_id","other_id")
);
--> statement-breakpoint
CREATE TABLE "ticket_operation_changes" (
	"operation_id" text NOT NULL,
	"position" bigint NOT NULL,
	"ticket_id" text NOT NULL,
	"field" text NOT NULL,
	"before" text,
	"after" text,
	CONSTRAINT "ticket_operation_changes_operation_id_position_pk" PRIMARY KEY("operation_id","position")
);
--> statement-breakpoint
CREATE TABLE "ticket_operations" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"undone_at" bigint
);
--> statement-breakpoint
CREATE TABLE "ticket_participants" (
	"ticket_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "ticket_participants_ticket_id_agent_id_pk" PRIMARY KEY("ticket_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "ticket_replies" (
	"id" text PRIMARY KEY NOT NULL,
	"ticket_id" text NOT NULL,
	"kind" text NOT NULL,
	"agent_id" text,
	"visitor_id" text,
	"body" text NOT NULL,
	"via" text NOT NULL,
	"created_at" bigint NOT NULL,
	"seen_at" bigint
);
--> statement-breakpoint
CREATE TABLE "ticket_tags" (
	"ticket_id" text NOT NULL,
	"tag_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "ticket_tags_ticket_id_tag_id_pk" PRIMARY KEY("ticket_id","tag_id")
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "phone" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "priority" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "source" text DEFAULT 'consultation' NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "external_system" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "external_number" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "hold_until" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "waiting_department_id" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "parent_id" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "merged_into_id" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "resolved_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "closed_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "first_reply_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "reopen_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "urge_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "last_urged_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "is_complaint" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "is_helped" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "application_result" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "application_reason" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "application_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "stars" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "sla_state" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "next_due_at" bigint;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "escalation_level" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD CONSTRAINT "escalation_referrals_escalation_id_escalations_id_fk" FOREIGN KEY ("escalation_id") REFERENCES "public"."escalations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD CONSTRAINT "escalation_referrals_from_agent_id_agents_id_fk" FOREIGN KEY ("from_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD CONSTRAINT "escalation_referrals_from_department_id_departments_id_fk" FOREIGN KEY ("from_department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD CONSTRAINT "escalation_referrals_to_agent_id_agents_id_fk" FOREIGN KEY ("to_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_referrals" ADD CONSTRAINT "escalation_referrals_to_department_id_departments_id_fk" FOREIGN KEY ("to_department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalations" ADD CONSTRAINT "escalations_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalations" ADD CONSTRAINT "escalations_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalations" ADD CONSTRAINT "escalations_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalations" ADD CONSTRAINT "escalations_avoid_agent_id_agents_id_fk" FOREIGN KEY ("avoid_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_deputy_id_agents_id_fk" FOREIGN KEY ("deputy_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_exceptions" ADD CONSTRAINT "calendar_exceptions_calendar_id_sla_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."sla_calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_leaders" ADD CONSTRAINT "department_leaders_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_leaders" ADD CONSTRAINT "department_leaders_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_rules" ADD CONSTRAINT "escalation_rules_policy_id_sla_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."sla_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "escalation_steps" ADD CONSTRAINT "escalation_steps_rule_id_escalation_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."escalation_rules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fired_steps" ADD CONSTRAINT "fired_steps_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_clocks" ADD CONSTRAINT "sla_clocks_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_intervals" ADD CONSTRAINT "sla_intervals_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_policies" ADD CONSTRAINT "sla_policies_calendar_id_sla_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."sla_calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_policy_conditions" ADD CONSTRAINT "sla_policy_conditions_policy_id_sla_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."sla_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "macro_steps" ADD CONSTRAINT "macro_steps_macro_id_macros_id_fk" FOREIGN KEY ("macro_id") REFERENCES "public"."macros"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "macros" ADD CONSTRAINT "macros_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "macros" ADD CONSTRAINT "macros_created_by_agents_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reply_mentions" ADD CONSTRAINT "reply_mentions_reply_id_ticket_replies_id_fk" FOREIGN KEY ("reply_id") REFERENCES "public"."ticket_replies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reply_mentions" ADD CONSTRAINT "reply_mentions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_drafts" ADD CONSTRAINT "ticket_drafts_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_drafts" ADD CONSTRAINT "ticket_drafts_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_field_values" ADD CONSTRAINT "ticket_field_values_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_field_values" ADD CONSTRAINT "ticket_field_values_field_id_ticket_fields_id_fk" FOREIGN KEY ("field_id") REFERENCES "public"."ticket_fields"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_fields" ADD CONSTRAINT "ticket_fields_service_item_id_service_items_id_fk" FOREIGN KEY ("service_item_id") REFERENCES "public"."service_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_links" ADD CONSTRAINT "ticket_links_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_links" ADD CONSTRAINT "ticket_links_other_id_tickets_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_operation_changes" ADD CONSTRAINT "ticket_operation_changes_operation_id_ticket_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."ticket_operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_operation_changes" ADD CONSTRAINT "ticket_operation_changes_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_operations" ADD CONSTRAINT "ticket_operations_actor_id_agents_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_participants" ADD CONSTRAINT "ticket_participants_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_participants" ADD CONSTRAINT "ticket_participants_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_replies" ADD CONSTRAINT "ticket_replies_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_replies" ADD CONSTRAINT "ticket_replies_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_tags" ADD CONSTRAINT "ticket_tags_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_tags" ADD CONSTRAINT "ticket_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "escalation_referrals_escalation" ON "escalation_referrals" USING btree ("escalation_id","created_at");--> statement-breakpoint
CREATE INDEX "escalation_referrals_to" ON "escalation_referrals" USING btree ("to_agent_id","status");--> statement-breakpoint
CREATE INDEX "escalations_ticket" ON "escalations" USING btree ("ticket_id","status");--> statement-breakpoint
CREATE INDEX "escalations_owner" ON "escalations" USING btree ("owner_id","status","raised_at");--> statement-breakpoint
CREATE INDEX "escalations_department" ON "escalations" USING btree ("department_id","status","raised_at");--> statement-breakpoint
CREATE INDEX "escalations_status" ON "escalations" USING btree ("status","level","raised_at","id");--> statement-breakpoint
CREATE INDEX "escalations_closed" ON "escalations" USING btree ("closed_at");--> statement-breakpoint
CREATE INDEX "notifications_agent" ON "notifications" USING btree ("agent_id","created_at","id");--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("agent_id","read_at");--> statement-breakpoint
CREATE INDEX "absences_agent" ON "absences" USING btree ("agent_id","to_at");--> statement-breakpoint
CREATE INDEX "department_leaders_agent" ON "department_leaders" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "escalation_steps_rule" ON "escalation_steps" USING btree ("rule_id","position");--> statement-breakpoint
CREATE INDEX "sla_clocks_due" ON "sla_clocks" USING btree ("outcome","due_at");--> statement-breakpoint
CREATE INDEX "sla_clocks_started" ON "sla_clocks" USING btree ("kind","started_at");--> statement-breakpoint
CREATE INDEX "sla_policies_position" ON "sla_policies" USING btree ("position");--> statement-breakpoint
CREATE INDEX "macros_department" ON "macros" USING btree ("department_id","position");--> statement-breakpoint
CREATE INDEX "saved_views_owner" ON "saved_views" USING btree ("owner_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "tags_name" ON "tags" USING btree ("name");--> statement-breakpoint
CREATE INDEX "ticket_field_values_field" ON "ticket_field_values" USING btree ("field_id","text_value");--> statement-breakpoint
CREATE INDEX "ticket_fields_item" ON "ticket_fields" USING btree ("service_item_id","position");--> statement-breakpoint
CREATE INDEX "ticket_links_other" ON "ticket_links" USING btree ("other_id");--> statement-breakpoint
CREATE INDEX "ticket_operations_actor" ON "ticket_operations" USING btree ("actor_id","created_at");--> statement-breakpoint
CREATE INDEX "ticket_participants_agent" ON "ticket_participants" USING btree ("agent_id","created_at");--> statement-breakpoint
CREATE INDEX "ticket_replies_ticket" ON "ticket_replies" USING btree ("ticket_id","created_at","id");--> statement-breakpoint
CREATE INDEX "ticket_tags_tag" ON "ticket_tags" USING btree ("tag_id","created_at","ticket_id");--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_waiting_department_id_departments_id_fk" FOREIGN KEY ("waiting_department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_external" ON "tickets" USING btree ("external_system","external_number");--> statement-breakpoint
CREATE INDEX "tickets_department_status" ON "tickets" USING btree ("department_id","status","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_assignee_status" ON "tickets" USING btree ("assignee_id","status","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_due" ON "tickets" USING btree ("sla_state","next_due_at","id");--> statement-breakpoint
CREATE INDEX "tickets_status_created" ON "tickets" USING btree ("status","created_at");--> statement-breakpoint
CREATE INDEX "tickets_contact" ON "tickets" USING btree ("contact_id");--> statement-breakpoint
CREATE INDEX "tickets_parent" ON "tickets" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "tickets_merged" ON "tickets" USING btree ("merged_into_id");--> statement-breakpoint
CREATE INDEX "tickets_escalation" ON "tickets" USING btree ("escalation_level","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_application" ON "tickets" USING btree ("application_at");--> statement-breakpoint
-- Whoever served in a consultation of a ticket goes on seeing it.
INSERT INTO ticket_participants (ticket_id, agent_id, reason, created_at) SELECT c.ticket_id, c.owner_id, 'served', min(c.queued_at) FROM consultations c WHERE c.owner_id IS NOT NULL GROUP BY c.ticket_id, c.owner_id ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO ticket_participants (ticket_id, agent_id, reason, created_at) SELECT c.ticket_id, p.agent_id, 'served', min(p.joined_at) FROM participants p JOIN consultations c ON c.id = p.consultation_id WHERE true GROUP BY c.ticket_id, p.agent_id ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE tickets SET is_helped = true WHERE id IN (SELECT ticket_id FROM consultations WHERE accepted_at IS NOT NULL);--> statement-breakpoint
UPDATE tickets SET resolved_at = updated_at WHERE status IN ('resolved', 'closed');--> statement-breakpoint
UPDATE tickets SET closed_at = updated_at WHERE status = 'closed';