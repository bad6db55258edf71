CREATE TABLE "agent_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"agent_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint,
	"address" text NOT NULL,
	"user_agent" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"id" text PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"roles" jsonb NOT NULL,
	"department_id" text NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "presence" (
	"agent_id" text PRIMARY KEY NOT NULL,
	"availability" text NOT NULL,
	"reason" text NOT NULL,
	"since" bigint NOT NULL,
	"idle_since" bigint NOT NULL,
	"return_to" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "setup_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "call_denials" (
	"call_id" text NOT NULL,
	"person" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "call_denials_call_id_person_pk" PRIMARY KEY("call_id","person")
);
--> statement-breakpoint
CREATE TABLE "call_participants" (
	"sid" text PRIMARY KEY NOT NULL,
	"call_id" text NOT NULL,
	"identity" text NOT NULL,
	"joined_at" bigint,
	"left_at" bigint
);
--> statement-breakpoint
CREATE TABLE "call_qualities" (
	"call_id" text NOT NULL,
	"side" text NOT NULL,
	"max_width" bigint NOT NULL,
	"max_height" bigint NOT NULL,
	"loss_percent" double precision NOT NULL,
	"round_trip_ms" double precision NOT NULL,
	"reconnects" bigint NOT NULL,
	"transport" text NOT NULL,
	"first_frame_ms" double precision,
	"at" bigint NOT NULL,
	CONSTRAINT "call_qualities_call_id_side_pk" PRIMARY KEY("call_id","side")
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" text PRIMARY KEY NOT NULL,
	"consultation_id" text NOT NULL,
	"room" text NOT NULL,
	"status" text NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"absent_count" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consultations" (
	"id" text PRIMARY KEY NOT NULL,
	"site_id" text NOT NULL,
	"visitor_id" text,
	"ticket_id" text NOT NULL,
	"status" text NOT NULL,
	"channel" text NOT NULL,
	"topic" text NOT NULL,
	"service_item_id" text,
	"visitor_name" text,
	"visitor_phone" text,
	"is_elder" boolean NOT NULL,
	"queue_seq" bigint NOT NULL,
	"queued_at" bigint NOT NULL,
	"silent_since" bigint,
	"consent_at" bigint,
	"owner_id" text,
	"accepted_at" bigint,
	"ended_at" bigint,
	"closed_at" bigint,
	"join_code" text,
	"deferred_reason" text,
	"outcome" text,
	"wrap_up_topic" text,
	"wrap_up_service_item_id" text,
	"wrap_up_note" text DEFAULT '' NOT NULL,
	"wrap_up_saved_at" bigint
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"consultation_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"from_id" text NOT NULL,
	"to_id" text NOT NULL,
	"note" text NOT NULL,
	"reason" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"consultation_id" text NOT NULL,
	"from_kind" text NOT NULL,
	"agent_id" text,
	"body" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" text PRIMARY KEY NOT NULL,
	"consultation_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"status" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "participants" (
	"consultation_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"joined_at" bigint NOT NULL,
	CONSTRAINT "participants_consultation_id_agent_id_pk" PRIMARY KEY("consultation_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "queue_counters" (
	"site_id" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"consultation_id" text PRIMARY KEY NOT NULL,
	"stars" bigint NOT NULL,
	"comment" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"body" jsonb NOT NULL,
	"received_at" bigint NOT NULL,
	"applied_at" bigint
);
--> statement-breakpoint
CREATE TABLE "departments" (
	"id" text PRIMARY KEY NOT NULL,
	"parent_id" text,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"path" text NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text PRIMARY KEY NOT NULL,
	"consultation_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"name" text NOT NULL,
	"sha256" text NOT NULL,
	"agent_id" text,
	"call_id" text,
	"call_seconds" double precision,
	"created_at" bigint NOT NULL,
	"delivered_at" bigint,
	"opened_at" bigint,
	"downloaded_at" bigint,
	"recalled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "files" (
	"sha256" text PRIMARY KEY NOT NULL,
	"mime" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"width" bigint,
	"height" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"action" text NOT NULL,
	"thing" text NOT NULL,
	"data" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "due_jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"at" bigint NOT NULL,
	"subject" text NOT NULL,
	"ticket_id" text,
	"consultation_id" text,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"audience" text NOT NULL,
	"facts" jsonb NOT NULL,
	"agent_data" jsonb,
	"visitor_data" jsonb
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status" bigint NOT NULL,
	"body" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_items" (
	"id" text PRIMARY KEY NOT NULL,
	"department_id" text NOT NULL,
	"name" text NOT NULL,
	"name_en" text NOT NULL,
	"summary" text NOT NULL,
	"summary_en" text NOT NULL,
	"keywords" text NOT NULL,
	"materials" jsonb NOT NULL,
	"steps" jsonb NOT NULL,
	"time_limit" text NOT NULL,
	"fee" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"department_id" text NOT NULL,
	"origins" jsonb NOT NULL,
	"secret" text NOT NULL,
	"theme" jsonb NOT NULL,
	"hours" jsonb NOT NULL,
	"time_zone" text NOT NULL,
	"is_identity_required" boolean NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket_counters" (
	"day" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"site_id" text NOT NULL,
	"department_id" text NOT NULL,
	"status" text NOT NULL,
	"topic" text NOT NULL,
	"service_item_id" text,
	"contact_id" text,
	"assignee_id" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" text PRIMARY KEY NOT NULL,
	"site_id" text NOT NULL,
	"subject" text,
	"name" text,
	"phone" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "resume_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"visitor_id" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "used_tokens" (
	"site_id" text NOT NULL,
	"jti" text NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "used_tokens_site_id_jti_pk" PRIMARY KEY("site_id","jti")
);
--> statement-breakpoint
CREATE TABLE "visitor_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"visitor_id" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "visitors" (
	"id" text PRIMARY KEY NOT NULL,
	"site_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"contact_id" text,
	"name" text,
	"phone" text,
	"is_identified" boolean NOT NULL,
	"lang" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "setup_links" ADD CONSTRAINT "setup_links_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_denials" ADD CONSTRAINT "call_denials_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_participants" ADD CONSTRAINT "call_participants_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_qualities" ADD CONSTRAINT "call_qualities_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_visitor_id_visitors_id_fk" FOREIGN KEY ("visitor_id") REFERENCES "public"."visitors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_service_item_id_service_items_id_fk" FOREIGN KEY ("service_item_id") REFERENCES "public"."service_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultations" ADD CONSTRAINT "consultations_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_from_id_agents_id_fk" FOREIGN KEY ("from_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_to_id_agents_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "participants" ADD CONSTRAINT "participants_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "participants" ADD CONSTRAINT "participants_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_consultation_id_consultations_id_fk" FOREIGN KEY ("consultation_id") REFERENCES "public"."consultations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_sha256_files_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."files"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_items" ADD CONSTRAINT "service_items_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_service_item_id_service_items_id_fk" FOREIGN KEY ("service_item_id") REFERENCES "public"."service_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_assignee_id_agents_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_codes" ADD CONSTRAINT "resume_codes_visitor_id_visitors_id_fk" FOREIGN KEY ("visitor_id") REFERENCES "public"."visitors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitor_tokens" ADD CONSTRAINT "visitor_tokens_visitor_id_visitors_id_fk" FOREIGN KEY ("visitor_id") REFERENCES "public"."visitors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitors" ADD CONSTRAINT "visitors_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitors" ADD CONSTRAINT "visitors_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."contacts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_sessions_token" ON "agent_sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "agent_sessions_agent" ON "agent_sessions" USING btree ("agent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "agents_username" ON "agents" USING btree ("username");--> statement-breakpoint
CREATE INDEX "agents_department" ON "agents" USING btree ("department_id");--> statement-breakpoint
CREATE INDEX "call_participants_call" ON "call_participants" USING btree ("call_id");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_room" ON "calls" USING btree ("room");--> statement-breakpoint
CREATE INDEX "calls_consultation" ON "calls" USING btree ("consultation_id");--> statement-breakpoint
CREATE INDEX "calls_status" ON "calls" USING btree ("status");--> statement-breakpoint
CREATE INDEX "consultations_queue" ON "consultations" USING btree ("status","site_id","queue_seq");--> statement-breakpoint
CREATE INDEX "consultations_owner" ON "consultations" USING btree ("owner_id","status");--> statement-breakpoint
CREATE INDEX "consultations_visitor" ON "consultations" USING btree ("visitor_id","queued_at");--> statement-breakpoint
CREATE INDEX "consultations_ticket" ON "consultations" USING btree ("ticket_id");--> statement-breakpoint
CREATE UNIQUE INDEX "consultations_join_code" ON "consultations" USING btree ("join_code");--> statement-breakpoint
CREATE INDEX "consultations_accepted" ON "consultations" USING btree ("site_id","accepted_at");--> statement-breakpoint
CREATE INDEX "invitations_consultation" ON "invitations" USING btree ("consultation_id");--> statement-breakpoint
CREATE INDEX "invitations_to" ON "invitations" USING btree ("to_id","status");--> statement-breakpoint
CREATE INDEX "messages_consultation" ON "messages" USING btree ("consultation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "offers_consultation" ON "offers" USING btree ("consultation_id","status");--> statement-breakpoint
CREATE INDEX "offers_agent" ON "offers" USING btree ("agent_id","status");--> statement-breakpoint
CREATE INDEX "participants_agent" ON "participants" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "webhook_events_pending" ON "webhook_events" USING btree ("applied_at");--> statement-breakpoint
CREATE INDEX "departments_path" ON "departments" USING btree ("path");--> statement-breakpoint
CREATE INDEX "documents_consultation" ON "documents" USING btree ("consultation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_actor" ON "audit" USING btree ("actor_id","seq");--> statement-breakpoint
CREATE INDEX "audit_action" ON "audit" USING btree ("action","seq");--> statement-breakpoint
CREATE INDEX "due_jobs_due" ON "due_jobs" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "events_ticket" ON "events" USING btree ("ticket_id","seq");--> statement-breakpoint
CREATE INDEX "events_consultation" ON "events" USING btree ("consultation_id","seq");--> statement-breakpoint
CREATE INDEX "events_at" ON "events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "service_items_department" ON "service_items" USING btree ("department_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sites_key" ON "sites" USING btree ("key");--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_number" ON "tickets" USING btree ("number");--> statement-breakpoint
CREATE INDEX "tickets_updated" ON "tickets" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_status" ON "tickets" USING btree ("status","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_assignee" ON "tickets" USING btree ("assignee_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "tickets_department" ON "tickets" USING btree ("department_id","updated_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_subject" ON "contacts" USING btree ("site_id","subject");--> statement-breakpoint
CREATE INDEX "contacts_phone" ON "contacts" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "used_tokens_expiry" ON "used_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "visitor_tokens_visitor" ON "visitor_tokens" USING btree ("visitor_id");--> statement-breakpoint
CREATE UNIQUE INDEX "visitors_token" ON "visitors" USING btree ("token_hash");