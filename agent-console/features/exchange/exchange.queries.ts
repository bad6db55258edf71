import { useQuery } from '@pinia/colada'
import type { ExportView } from '../../../contract/exports.schema'
import type { ImportDetail, ImportView } from '../../../contract/imports.schema'
import { api } from '../../lib/api'

export const exportsKey = ['ticket-exports']
export const importsKey = ['ticket-imports']
export const importKey = (id: string) => [...importsKey, id]

export const useExports = () =>
  useQuery({
    key: exportsKey,
    query: async ({ signal }) => (await api.get<{ items: ExportView[] }>('/exports', { signal })).items,
  })
export const useImports = () =>
  useQuery({
    key: importsKey,
    query: async ({ signal }) => (await api.get<{ items: ImportView[] }>('/imports', { signal })).items,
  })
export const useImport = (id: string) =>
  useQuery({
    key: importKey(id),
    query: ({ signal }) => api.get<ImportDetail>(`/imports/${id}`, { signal }),
  })
