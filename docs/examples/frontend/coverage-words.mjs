// What a screen says of each court, and of all of them. Invariant: "none" is never said while `complete` is false.
const SENTENCES = {
  PENDING: ['尚在询问，其有无记录不明', 'is still being asked: whether it has anything is not known'],
  ANSWERED: ['已答复，有记录', 'answered: it has records'],
  EMPTY: ['已查询，查无记录', 'looked, and has nothing'],
  REFUSED: ['拒绝答复全部或部分内容，其有无其他记录不明', 'refused all or a part: whether it has anything else is not known'],
  TIMED_OUT: ['未在期限内答复，其有无记录不明', 'did not answer in time: whether it has anything is not known'],
  UNREACHABLE: ['无法联通，其有无记录不明', 'could not be reached: whether it has anything is not known'],
  CIRCUIT_OPEN: [
    '连续失败，本次未尝试，其有无记录不明',
    'kept failing and was not tried: whether it has anything is not known',
  ],
  FAULTY: [
    '答复有误，未予采用，其有无记录不明',
    'sent an answer that cannot be used: whether it has anything is not known',
  ],
  UNSUPPORTED: [
    '其版本不支持此项查询，其有无记录不明',
    'does not serve this question yet: whether it has anything is not known',
  ],
  NOT_ASKED: ['未被询问，其有无记录不明', 'was not asked: whether it has anything is not known'],
};
const LATER = ['情况不明', 'not known']; // a status of a later release

export function ofCourt({ court, status }, language) {
  const [zh, en] = SENTENCES[status] ?? LATER;
  return language === 'zh' ? `${court.name}：${zh}。` : `${court.name}: ${en}.`;
}

export function ofAll({ complete, courts }, language) {
  const zh = language === 'zh';
  const number = courts.length;
  const silent = courts.filter(({ status }) => status !== 'ANSWERED' && status !== 'EMPTY').length;
  const found = courts.some(({ status, rows }) => status === 'ANSWERED' || rows > 0);
  if (complete && !found) {
    return zh ? `${number} 个法院均已查询，均无记录。` : `All ${number} courts looked, and none has anything.`;
  }
  if (complete) return zh ? `${number} 个法院均已查询。` : `All ${number} courts looked.`;
  if (found) {
    return zh
      ? `以下不是全部：${number} 个法院中有 ${silent} 个情况不明。`
      : `This is not all: of ${number} courts, ${silent} are not known.`;
  }
  return zh
    ? `尚不能说没有：${number} 个法院中有 ${silent} 个情况不明。`
    : `It cannot be said that there is nothing: of ${number} courts, ${silent} are not known.`;
}
