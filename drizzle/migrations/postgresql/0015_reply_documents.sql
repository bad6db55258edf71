ALTER TABLE "documents" ALTER COLUMN "consultation_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "ticket_id" text;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "reply_id" text;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "draft_of" text;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_reply_id_ticket_replies_id_fk" FOREIGN KEY ("reply_id") REFERENCES "public"."ticket_replies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "documents_ticket" ON "documents" USING btree ("ticket_id","created_at","id");--> statement-breakpoint
CREATE INDEX "documents_reply" ON "documents" USING btree ("reply_id","created_at","id");