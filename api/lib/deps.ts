import type { Database } from '../../drizzle/database'
import type { SearchEngine } from '../../search/engine'
import type { Config } from '../config'
import type { LivekitPort } from '../features/calls/livekit'
import type { FileStore } from '../features/documents/files.store'
import type { FeedHub } from '../features/events/hub'
import type { Clock } from './clock'
import type { Logger } from './logger'
import type { MailPort } from './mail'
import type { OutgoingHttp } from './outgoing-http'
import type { SmsPort } from './sms'

/** What use cases and routes work with; made once in the composition root, or by a test. */
export interface Deps {
  config: Config
  db: Database
  clock: Clock
  logger: Logger
  /** Null where no LiveKit server is configured: everything but video works. */
  livekit: LivekitPort | null
  files: FileStore
  hub: FeedHub
  /** Full-text search; refuses while its thread is being replaced. */
  search: SearchEngine
  /** Null where no mail server is configured. */
  mail: MailPort | null
  /** Null where no SMS gateway is configured. */
  sms: SmsPort | null
  /** Calls addresses that administrators typed: public ones only, unless allowed. */
  callOut: OutgoingHttp
}
