;;; eglot.el --- refwarden's language server in eglot -*- lexical-binding: t -*-

;; In init.el: (load "PATH/eglot.el").  eglot runs one server for a mode, so this one takes the place of
;; clangd; M-x eglot in a C buffer starts it.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((c-mode c++-mode c-ts-mode c++-ts-mode) . ("refwarden" "lsp"))))

;;; eglot.el ends here
