CREATE TABLE "follow_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"ticket_id" text,
	"code_hash" text NOT NULL,
	"attempts" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follow_links" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"revoked_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follow_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"ticket_id" text NOT NULL,
	"site_id" text NOT NULL,
	"via" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "follow_codes" ADD CONSTRAINT "follow_codes_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_links" ADD CONSTRAINT "follow_links_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_sessions" ADD CONSTRAINT "follow_sessions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_sessions" ADD CONSTRAINT "follow_sessions_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "follow_codes_expiry" ON "follow_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "follow_sessions_token" ON "follow_sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "follow_sessions_ticket" ON "follow_sessions" USING btree ("ticket_id");--> statement-breakpoint
CREATE INDEX "follow_sessions_expiry" ON "follow_sessions" USING btree ("expires_at");