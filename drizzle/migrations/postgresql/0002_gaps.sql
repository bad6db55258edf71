CREATE TABLE "login_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"count" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "consultations" ADD COLUMN "is_telephone" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "login_attempts_expiry" ON "login_attempts" USING btree ("expires_at");