import { unguardCell } from './exports.rules'
import type { Transitions } from './transitions.rules'

export const importStatuses = ['draft', 'checking', 'checked', 'running', 'done', 'cancelled'] as const
export type ImportStatus = (typeof importStatuses)[number]
export const importCommands = ['map', 'check', 'finish_check', 'run', 'finish', 'cancel'] as const
export type ImportCommand = (typeof importCommands)[number]

/** Cancelling a run keeps what was created by then. */
export const importTransitions: Transitions<ImportStatus, ImportCommand> = {
  draft: { map: 'draft', check: 'checking', cancel: 'cancelled' },
  checking: { finish_check: 'checked', cancel: 'draft' },
  checked: { map: 'draft', check: 'checking', run: 'running', cancel: 'cancelled' },
  running: { finish: 'done', cancel: 'cancelled' },
  done: {},
  cancelled: {},
}

export const importRowStatuses = ['pending', 'bad', 'created'] as const
export type ImportRowStatus = (typeof importRowStatuses)[number]

/** What a column of the file can become. */
export const importFields = [
  'externalNumber',
  'topic',
  'description',
  'contactName',
  'contactPhone',
  'site',
  'department',
  'serviceItem',
  'priority',
  'createdAt',
  'complaint',
  'tags',
] as const
export type ImportField = (typeof importFields)[number]
export const isImportField = (name: string): name is ImportField =>
  (importFields as readonly string[]).includes(name)

export const importProblemCodes = [
  'missing',
  'too_long',
  'control_characters',
  'phone_invalid',
  'site_unknown',
  'department_unknown',
  'department_ambiguous',
  'service_item_unknown',
  'priority_unknown',
  'time_invalid',
  'time_future',
  'flag_unknown',
  'too_many_tags',
  'number_invalid',
  'number_repeated',
  'number_taken',
  'columns_many',
  'not_a_number',
  'date_invalid',
  'choice_unknown',
  'field_elsewhere',
] as const
export type ImportProblemCode = (typeof importProblemCodes)[number]

export interface ImportMapping {
  /**
   * For each column of the file what it becomes: an ImportField, or a custom field by its id, which stands for the
   * fields of that name under every topic; null: left out.
   */
  columns: (string | null)[]
  /** For rows that name no site. */
  siteId: string | null
  /** The system whose numbers stand in `externalNumber`. */
  externalSystem: string
}

/** An import with its rows is kept so long after it was over, or, never run, after it came; its tickets stay. */
export const importKeptMs = 30 * 24 * 3600 * 1000
export const maxImportBytes = 20 * 1024 * 1024
export const maxImportRows = 50_000
export const maxImportColumns = 100
export const previewRows = 20

/** Words by which columns are recognised, the surest first. */
const headerWords: Record<ImportField, readonly string[]> = {
  externalNumber: [
    '外部编号',
    '外部单号',
    'external number',
    'externalnumber',
    '工单编号',
    '编号',
    '单号',
    'number',
  ],
  topic: ['事项', '主题', '标题', 'topic', 'subject', 'title'],
  description: ['描述', '详情', '内容', '诉求', 'description', 'details'],
  contactName: ['联系人', '姓名', '来电人', 'contact name', 'contact', 'name'],
  contactPhone: ['联系电话', '电话', '手机', '手机号', 'phone', 'telephone', 'contact phone'],
  site: ['站点', 'site'],
  department: ['部门', '承办部门', '单位', '承办单位', 'department'],
  serviceItem: ['办理事项', '服务事项', '事项名称', 'service item', 'service'],
  priority: ['优先级', '紧急程度', 'priority'],
  createdAt: ['创建时间', '受理时间', '登记时间', '来电时间', 'created at', 'created'],
  complaint: ['投诉', '是否投诉', 'complaint'],
  tags: ['标签', 'tags', 'tag'],
}

/** A custom field as columns name it. */
export interface NamedField {
  id: string
  label: string
  labelEn: string
}
const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
/** Fields of one name, each for its topic: a column stands for all of them. */
export const isSameField = (one: NamedField, other: NamedField): boolean =>
  plain(one.label) === plain(other.label)

/** Which field each column most likely is; a field is given to one column only, a custom one by its name. */
export const guessColumns = (
  header: readonly string[],
  fields: readonly NamedField[] = [],
): (string | null)[] => {
  const names = header.map((name) => name.trim().toLowerCase())
  const guessed: (string | null)[] = names.map(() => null)
  for (const field of importFields) {
    const place = headerWords[field]
      .map((word) => names.findIndex((name, at) => name === word && guessed[at] === null))
      .find((at) => at >= 0)
    if (place !== undefined) guessed[place] = field
  }
  const free = [...fields]
  for (const [at, name] of header.map((each) => plain(unguardCell(each))).entries()) {
    if (guessed[at] !== null || name === '') continue
    const found = free.findIndex(({ label, labelEn }) => [label, labelEn].map(plain).includes(name))
    if (found >= 0) guessed[at] = free.splice(found, 1)[0]?.id ?? null
  }
  return guessed
}
