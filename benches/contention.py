"""CPU time of one operation on objects that two threads share, against one thread alone: what costs more with two is contended."""
import threading,time,sys
class P:
    def __init__(self,x): self.x=x
    def m(self): return self.x
def f(x): return x+1
G=[1,2,3]; D={'a':1}
def t_call(n):
    for i in range(n): f(i)
def t_inst(n):
    for i in range(n): P(i)
def t_meth(n):
    p=P(1)
    for i in range(n): p.m()
def t_glist(n):
    for i in range(n): G[1]
def t_gdict(n):
    for i in range(n): D['a']
def t_isinst(n):
    p=P(1)
    for i in range(n): isinstance(p,P)
def t_loc(n):
    a=[1,2]
    for i in range(n): a[0]
import re
R=re.compile(r'(\w+)\s*')
def t_re(n):
    for i in range(n//4): R.match('hello ')
def t_closure(n):
    g=lambda x:x
    for i in range(n): g(i)
def t_str(n):
    for i in range(n): ('a'+str(i)).upper()
def t_list(n):
    for i in range(n): [i,i]
class E(Exception): pass
def t_exc(n):
    for i in range(n//4):
        try: raise E
        except E: pass
def run(fn,k,n):
    ts=[]
    def w():
        s=time.thread_time(); fn(n); ts.append(time.thread_time()-s)
    th=[threading.Thread(target=w) for _ in range(k)]
    [t.start() for t in th];[t.join() for t in th]
    return sum(ts)/k/n*1e9
N=200000
for name in [k for k in globals() if k.startswith('t_')]:
    fn=globals()[name]
    fn(1000)
    a=min(run(fn,1,N) for _ in range(3)); b=min(run(fn,2,N) for _ in range(3))
    print(f"{name:10} {a:8.1f} {b:8.1f}  {a/b:.2f}")
