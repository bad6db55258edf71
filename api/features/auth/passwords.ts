import { hash, verify } from '@node-rs/argon2'
import { newSecret } from '../../lib/ids'

/** argon2id with OWASP's second setting (19 MiB, two passes, one lane): about 30 ms, off the main thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The PHC string that is kept instead of the password. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

let nobody: Promise<string> | null = null

/**
 * True where `password` belongs to `passwordHash`. Without a hash (unknown or unfinished account) the same
 * work is done against a hash of a random secret, so that the time taken does not tell whether an account exists.
 */
export const isPassword = async (passwordHash: string | null, password: string): Promise<boolean> => {
  nobody ??= hashPassword(newSecret())
  const isRight = await verify(passwordHash ?? (await nobody), password)
  return isRight && passwordHash !== null
}

const common = [
  'password',
  '1234567890',
  '0123456789',
  'qwertyuiop',
  'admin12345',
  'a123456789',
  'bangban',
  '5201314520',
]

/** True for what is guessed first: one or two characters repeated, a well-known word with digits, the username in it. */
export const isWeakPassword = (password: string, username: string): boolean => {
  const plain = password.toLowerCase()
  const letters = plain.replace(/[^a-z]/g, '')
  return (
    new Set(plain).size < 4 ||
    common.some((word) => plain === word || (letters === word && plain.length < 14)) ||
    (username.length >= 4 && plain.includes(username) && plain.length < username.length + 6)
  )
}
