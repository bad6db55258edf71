import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '../../../contract/permissions.rules'

export interface DemoAccount {
  username: string
  password: string
  roles: readonly Role[]
}

export const demoAccountsFile = (dataDir: string): string => join(dataDir, 'demo-accounts.json')

/** Keeps the sample accounts' passwords where only the program's user can read them. */
export const keepDemoAccounts = (dataDir: string, accounts: readonly DemoAccount[]): void => {
  mkdirSync(dataDir, { recursive: true })
  const file = demoAccountsFile(dataDir)
  const temporary = `${file}.new`
  writeFileSync(temporary, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, file)
}
