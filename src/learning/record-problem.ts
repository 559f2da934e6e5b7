/** Why a record was refused: a closed list of codes, with what people read. */

export type RecordProblemCode = keyof typeof WORDING;

/** `field` is its JSON path, '' for the whole record. Never contains the record's values: they may be personal. */
export type RecordProblem = { code: RecordProblemCode; field: string; zh: string; en: string };

type Detail = { zh: string; en: string };

/** What people read; `{field}` and `{detail}` are filled in. `record-conflict` is found by the store and worded here with the rest. */
const WORDING = {
  'missing-field': { zh: '缺少“{field}”,请补上。', en: '{field} is missing: add it.' },
  'unknown-field': {
    zh: '不接受“{field}”这一项,请删去;不接收孩子的任何信息(如出生日期)。',
    en: '{field} is not a field of a record: remove it. Nothing about the child, such as a birth date, is accepted.',
  },
  'wrong-type': { zh: '“{field}”的类型不对,应为{detail}。', en: '{field} has the wrong type: expected {detail}.' },
  'too-long': { zh: '“{field}”太长,最多 {detail} 个字符。', en: '{field} is too long: at most {detail} characters.' },
  'bad-characters': {
    zh: '“{field}”含有不允许的字符(如控制字符、不可见字符、首尾空格),请改正。',
    en: '{field} has characters that are not allowed (control, invisible, a space at either end): correct them.',
  },
  'out-of-range': { zh: '“{field}”应为 {detail} 的整数。', en: '{field} must be a whole number in {detail}.' },
  'bad-date': {
    zh: '“{field}”不是带时区的日期时间,应如 2026-03-01T09:00:00+08:00。',
    en: '{field} is not a date and time with its zone: write it like 2026-03-01T09:00:00+08:00.',
  },
  'ambiguous-date': {
    zh: '“{field}”有两种读法(如 6/1/2026、上午12:00),请写成 2026-06-01 09:30 这样。',
    en: '{field} can be read in two ways (such as 6/1/2026 or 12:00 AM): write it like 2026-06-01 09:30.',
  },
  'rounded-number': {
    zh: '“{field}”被表格软件改成了科学计数法,末尾数字已丢失;请把这一列设为文本格式后重新填写。',
    en: '{field} was turned into scientific notation by a spreadsheet program, and its last digits are lost: format the column as text and fill it in again.',
  },
  'absurd-date': {
    zh: '“{field}”应在 2015 年至 2105 年之间,请核对。',
    en: '{field} must lie in the years 2015–2105: check it.',
  },
  'future-date': {
    zh: '“{field}”在将来,请核对日期和时钟。',
    en: '{field} lies in the future: check the date and the clock.',
  },
  'unknown-scheme': { zh: '没有这个积分方案,请核对“{field}”。', en: 'No such scheme: check {field}.' },
  'unknown-stage': { zh: '该方案没有这个阶段,请核对“{field}”。', en: 'The scheme has no such stage: check {field}.' },
  'unknown-activity': {
    zh: '该方案没有与此类别、行为和活动相符的规则,请核对 category、verb、activity。',
    en: 'No rule of the scheme fits this category, verb and activity: check these three.',
  },
  'category-not-allowed': { zh: '此来源无权记录这一类别。', en: 'This source may not record this category.' },
  'record-conflict': {
    zh: '同一记录编号已用于其他内容;如需更正,请先冲销原记录,再用新编号发送正确的内容。',
    en: 'This record id was used before with other content: to correct a record, reverse it, and send what is right under a new id.',
  },
  undecodable: {
    zh: '第 {detail} 行有无法辨认的字节:编码有误或文字被截断,请改正后重发。',
    en: 'Line {detail} has bytes that are no text: a wrong encoding, or a character cut in two. Correct and send it again.',
  },
  'private-use-character': {
    zh: '第 {detail} 行有自造字(私用区字符),各处显示不同,请换成规范字。',
    en: 'Line {detail} has a private-use character, which every program draws differently: use the standard character.',
  },
  'line-too-long': {
    zh: '第 {detail} 行太长,不是一条学习记录。',
    en: 'Line {detail} is too long for a learning record.',
  },
  'not-a-statement': {
    zh: '“{field}”不符合 xAPI 1.0.3 或 2.0 的语句格式,请改正。',
    en: '{field} is not as xAPI 1.0.3 or 2.0 has it in a statement: correct it.',
  },
  'xapi-actor': {
    zh: '“{field}”应为一个有账号(account.name)的 Agent,账号即学员编号;不接收邮箱。',
    en: '{field} must be an Agent with an account; account.name is the learner’s id. No mail addresses are taken.',
  },
  'xapi-verb': {
    zh: '“{field}”应为 completed、passed、attended、experienced 或 voided(http://adlnet.gov/expapi/verbs/…),或由列映射说明。',
    en: '{field} must be completed, passed, attended, experienced or voided (http://adlnet.gov/expapi/verbs/…), or one that the mapping names.',
  },
  'xapi-object': {
    zh: '“{field}”应为一个活动(Activity);撤回时应为所撤回语句的 StatementRef。',
    en: '{field} must be an Activity, or of a voided statement the StatementRef of what it takes back.',
  },
  'xapi-result': {
    zh: '“{field}”为 false,与行为矛盾,请核对。',
    en: '{field} is false, which contradicts the verb: check it.',
  },
  'nothing-to-void': {
    zh: '此来源没有“{field}”所指的记录,未撤回。',
    en: 'This source has sent no record that {field} could take back.',
  },
  'statements-refused': {
    zh: '{detail} 条语句被拒绝,其余已记录;逐条原因见 rejected,改正后可整批重发。',
    en: 'Refused statements: {detail}. The others are recorded; rejected says why. Correct them and send the batch again.',
  },
  'workbook-too-large': {
    zh: '一个 XLSX 文件在此最多 {detail} MB;请改用 CSV。',
    en: 'One XLSX file may have at most {detail} MB here: use CSV.',
  },
  'json-too-large': {
    zh: '这个 JSON 文件太大;请分批发送,或改用 NDJSON(每行一条)。',
    en: 'This JSON file is too large: send it in parts, or as NDJSON, a record a line.',
  },
  'formula-cell': {
    zh: '第 {detail} 行有公式,不予计算;请粘贴为数值后重发。',
    en: 'Row {detail} has a formula, which is not calculated: paste it as a value and send it again.',
  },
  'cell-error': {
    zh: '第 {detail} 行有错误值(如 #N/A),请改正。',
    en: 'Row {detail} has an error value such as #N/A: correct it.',
  },
  'not-a-workbook': {
    zh: '不是 XLSX 工作簿,或其中没有可见的工作表;.xls 请另存为 .xlsx 或 CSV。',
    en: 'This is no XLSX workbook, or it has no visible sheet: save an .xls file as .xlsx or CSV.',
  },
  'archive-broken': {
    zh: '工作簿文件损坏或不完整,未读取;请重新保存后再发。',
    en: 'The workbook is damaged or incomplete: nothing was read. Save it again and send it.',
  },
  'archive-unsupported': {
    zh: '工作簿有密码或压缩方式不受支持,未读取;请取消密码,另存为普通 .xlsx。',
    en: 'The workbook has a password or an unusual compression: nothing was read. Save it as a plain .xlsx.',
  },
  'archive-overlap': {
    zh: '工作簿的压缩包内文件互相重叠,是恶意构造的,未读取。',
    en: 'Files overlap in the archive of the workbook, which no program does: nothing was read.',
  },
  'archive-lies': {
    zh: '工作簿的压缩包与其目录不符,未读取;请重新保存后再发。',
    en: 'The archive of the workbook is not what its directory says: nothing was read. Save it again and send it.',
  },
  'archive-too-large': {
    zh: '工作簿解压后过大、文字过多或压缩比异常,未读取;请改用 CSV。',
    en: 'The workbook unpacks to too much, has too many texts, or an absurd ratio: nothing was read. Use CSV.',
  },
  'xml-doctype': {
    zh: '工作簿内有文档类型声明(DTD),未读取。',
    en: 'The workbook holds a document type declaration: nothing was read.',
  },
  'xml-broken': {
    zh: '工作簿内容损坏,其后未读取;请重新保存后再发。',
    en: 'The contents of the workbook are damaged: nothing was read from there on. Save it again and send it.',
  },
  'external-link': {
    zh: '工作簿有外部链接或超链接,未读取;请全部取消后重发。',
    en: 'The workbook has links to outside, or hyperlinks: nothing was read. Remove them all and send it again.',
  },
  macro: {
    zh: '工作簿有宏,未读取;请另存为不含宏的 .xlsx。',
    en: 'The workbook has macros: nothing was read. Save it as an .xlsx without macros.',
  },
  'embedded-file': {
    zh: '工作簿内嵌有其他文件或控件,未读取;请删去后重发。',
    en: 'The workbook has other files or controls in it: nothing was read. Remove them and send it again.',
  },
  'malformed-json': { zh: '不是正确的 JSON(第 {detail} 行)。', en: 'Not correct JSON (line {detail}).' },
  'malformed-csv': {
    zh: '表头(第 {detail} 行)的引号位置不对或没有闭合,整个文件未读取。',
    en: 'The header (line {detail}) has a quotation mark out of place or not closed: nothing was read.',
  },
  'malformed-row': {
    zh: '第 {detail} 行的列数与表头不符,或引号位置不对。',
    en: 'Line {detail} has another number of cells than the header, or a quotation mark out of place.',
  },
  'unknown-column': {
    zh: '表头有不认识的列“{field}”,整个文件未读取;不需要的列请在列映射的 ignore 中列出。',
    en: 'The header has an unknown column, {field}: nothing was read. List a column that is not needed under ignore in the column mapping.',
  },
  'missing-column': {
    zh: '表头缺少列“{field}”,整个文件未读取;列名不同时请用列映射说明。',
    en: 'The header lacks the column {field}: nothing was read. Where it has another name, say so in the column mapping.',
  },
  'too-many-columns': {
    zh: '表头超过 {detail} 列,整个文件未读取;请只保留需要的列。',
    en: 'The header has more than {detail} columns: nothing was read. Keep only those that are needed.',
  },
  'duplicate-column': {
    zh: '表头中列“{field}”重复,整个文件未读取。',
    en: 'The header has the column {field} twice: nothing was read.',
  },
} as const satisfies Record<string, { zh: string; en: string }>;

export function recordProblem(code: RecordProblemCode, field: string, detail: string | Detail = ''): RecordProblem {
  const { zh, en } = typeof detail === 'string' ? { zh: detail, en: detail } : detail;
  const fill = (sentence: string, words: string) =>
    sentence.replaceAll('{field}', () => field).replaceAll('{detail}', () => words);
  return { code, field, zh: fill(WORDING[code].zh, zh), en: fill(WORDING[code].en, en) };
}
