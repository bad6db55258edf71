import { PGlite } from '@electric-sql/pglite'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
const m=async(n,f)=>{const t=performance.now(),c=process.cpuUsage();const r=await f();const u=process.cpuUsage(c);console.log(n,(performance.now()-t).toFixed(0),'ms cpu',((u.user+u.system)/1000).toFixed(0));return r}
let pg
for (let i=0;i<2;i++) pg=await m('new',async()=>{const p=new PGlite();await p.waitReady;return p})
const d='drizzle/migrations/postgresql/'
await m('migr',async()=>{for(const n of readdirSync(d).filter(n=>n.endsWith('.sql')).sort()) await pg.exec(readFileSync(d+n,'utf8'))})
const dump=await m('dump',()=>pg.dumpDataDir('none'))
console.log(dump.size)
for (let i=0;i<3;i++) await m('load',async()=>{const p=new PGlite({loadDataDir:dump});await p.waitReady;return p})
const tabs=(await pg.query("select tablename from pg_tables where schemaname='public'")).rows.map(r=>r.tablename)
console.log(tabs.length)
await m('truncate all',()=>pg.exec('truncate '+tabs.map(t=>`"${t}"`).join(',')+' restart identity'))
await m('truncate all',()=>pg.exec('truncate '+tabs.map(t=>`"${t}"`).join(',')+' restart identity'))
await m('counts',()=>pg.exec(tabs.map(t=>`select exists(select 1 from "${t}")`).join(' union all ')))
await m('delete',()=>pg.exec("set session_replication_role=replica;"+tabs.map(t=>`delete from "${t}"`).join(';')))
await m('create db',()=>pg.exec('select 1'))
console.log((await pg.query("select count(*) from pg_sequences")).rows)
