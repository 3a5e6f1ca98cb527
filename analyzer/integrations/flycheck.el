;;; flycheck.el --- refwarden as a checker of flycheck -*- lexical-binding: t -*-

;; In init.el: (load "PATH/flycheck.el").  The buffer is checked as it is, saved or not.

(require 'flycheck)

(flycheck-define-checker refwarden
  "Finds reference-count bugs in C extensions of CPython."
  :command ("refwarden" "check" "--quiet" "--color" "never" "--format" "concise"
            "--stdin-filename" source-original "-")
  :standard-input t
  :error-patterns
  ((error line-start (file-name) ":" line ":" column ": " (id "RW" (+ digit)) " error: "
          (message) line-end)
   (warning line-start (file-name) ":" line ":" column ": " (id "RW" (+ digit)) " warning: "
            (message) line-end)
   (info line-start (file-name) ":" line ":" column ": " (id "RW" (+ digit)) " note: "
         (message) line-end))
  :predicate (lambda () buffer-file-name)
  :modes (c-mode c++-mode c-ts-mode c++-ts-mode))

(add-to-list 'flycheck-checkers 'refwarden t)

;; After the compiler, which comes first where it is used.
(dolist (checker '(c/c++-clang c/c++-gcc))
  (flycheck-add-next-checker checker '(warning . refwarden) t))

;;; flycheck.el ends here
